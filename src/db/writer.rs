//! The one writer, with what many people write at once committed together.
//!
//! A commit waits for the disk, whatever is in it. So a task collects what is to be written while the disk is busy,
//! runs each piece in a savepoint of its own, commits them all and only then tells everybody that it is done: an
//! answer is confirmed when it cannot be lost, and a slow disk slows one commit down, not each piece.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt as _;
use sqlx::{SqliteConnection, SqlitePool};
use tokio::sync::{mpsc, oneshot};

use super::checkpoints::Checkpoints;

/// Pieces in one transaction at the most: with more, the first would wait longer than the disk needs.
const TOGETHER: usize = 64;
/// Pieces that may wait; whoever comes then waits for a place.
const WAITING: usize = 1024;

/// A future that borrows the connection.
pub type Work<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// Told to the one who waits, once it is known whether the transaction is committed.
type Tell = Box<dyn FnOnce(Result<(), Arc<sqlx::Error>>) + Send>;

/// Does its work and says whether to keep it, and how to tell.
type Piece = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, (bool, Tell)> + Send>;

#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Piece>,
}

impl Writer {
    /// Starts the task. It ends when the pool is closed or nobody holds the writer any more.
    pub fn start(pool: SqlitePool, checkpoints: Checkpoints) -> Self {
        let (queue, mut pieces) = mpsc::channel::<Piece>(WAITING);
        tokio::spawn(async move {
            while let Some(first) = pieces.recv().await {
                let mut told = Vec::new();
                let outcome = write_together(&pool, first, &mut pieces, &mut told).await.map_err(Arc::new);
                for tell in told {
                    tell(outcome.clone());
                }
                checkpoints.written();
            }
        });
        Self { queue }
    }

    /// Does `work` in the next transaction. What it wrote is kept when it is `Ok`, and then it is on the disk when
    /// this returns.
    pub async fn write<T, E>(
        &self,
        work: impl for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<sqlx::Error> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let piece: Piece = Box::new(move |db| {
            Box::pin(async move {
                let done = work(db).await;
                let keep = done.is_ok();
                let tell: Tell = Box::new(move |committed| {
                    let told = match (done, committed) {
                        (Ok(value), Ok(())) => Ok(value),
                        (Err(error), _) => Err(error),
                        (Ok(_), Err(error)) => Err(E::from(shared(&error))),
                    };
                    // whoever waited may have gone away; the work is done all the same
                    let _ = sender.send(told);
                });
                (keep, tell)
            })
        });
        let closed = || E::from(sqlx::Error::PoolClosed);
        self.queue.send(piece).await.map_err(|_| closed())?;
        receiver.await.map_err(|_| closed())?
    }
}

async fn write_together(
    pool: &SqlitePool,
    first: Piece,
    pieces: &mut mpsc::Receiver<Piece>,
    told: &mut Vec<Tell>,
) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("begin immediate; savepoint piece").await?;
    let mut next = Some(first);
    while let Some(piece) = next.take() {
        let done = AssertUnwindSafe(async { piece(&mut tx).await }).catch_unwind().await;
        // a piece that panics takes nobody else's work with it; who waits for it learns that its channel is gone
        let (keep, tell): (bool, Tell) = done.unwrap_or_else(|_| (false, Box::new(|_| ())));
        told.push(tell);
        if told.len() < TOGETHER {
            next = pieces.try_recv().ok();
        }
        // each statement is a trip to the connection's thread, so there are no more of them than needed: the commit
        // releases the last savepoint, and one that was rolled back to is there for the next piece
        if !keep {
            sqlx::query("rollback to piece").execute(&mut *tx).await?;
        } else if next.is_some() {
            sqlx::query("release piece; savepoint piece").execute(&mut *tx).await?;
        }
    }
    tx.commit().await
}

/// One failure, told to everybody whose work was in the transaction.
fn shared(error: &Arc<sqlx::Error>) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other(Arc::clone(error)))
}

#[cfg(test)]
mod tests {
    use crate::db::Db;

    #[tokio::test]
    async fn what_fails_or_panics_is_rolled_back_alone() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let insert = |name: &'static str, end: &'static str| {
            db.commit(move |db| {
                Box::pin(async move {
                    sqlx::query("insert into topics (id, title, summary) values (?1, '', '')")
                        .bind(name)
                        .execute(db)
                        .await?;
                    match end {
                        "fails" => Err(sqlx::Error::RowNotFound),
                        "panics" => panic!("a piece of work that is wrong"),
                        _ => Ok(()),
                    }
                })
            })
        };
        let (kept, failed, panicked, also_kept) =
            tokio::join!(insert("a", ""), insert("b", "fails"), insert("c", "panics"), insert("d", ""));
        assert!(kept.is_ok() && also_kept.is_ok());
        assert!(matches!(failed, Err(sqlx::Error::RowNotFound)));
        assert!(panicked.is_err());
        assert!(insert("e", "").await.is_ok(), "the writer goes on");
        let topics: Vec<String> = sqlx::query_scalar("select id from topics order by id")
            .fetch_all(&mut *db.reader().await.unwrap())
            .await
            .unwrap();
        assert_eq!(topics, ["a", "d", "e"]);
    }

    /// SQLite ends a transaction by itself when the disk is full; the writer must be usable once there is room again.
    #[tokio::test]
    async fn a_full_disk_fails_what_meets_it_and_nothing_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let write = |sql: &'static str| {
            db.commit(move |db| Box::pin(async move { sqlx::raw_sql(sql).execute(db).await.map(drop) }))
        };
        let large = "insert into topics (id, title, summary) values ('large', '', hex(zeroblob(3000000)))";
        write("pragma max_page_count = 1").await.unwrap();
        let full = write(large).await.unwrap_err().to_string();
        assert!(full.contains("full"), "{full}");
        write("insert into topics (id, title, summary) values ('small', '', '')").await.unwrap();
        write(large).await.unwrap();
        assert_eq!(db.write().await.unwrap().commit().await.map_err(|error| error.to_string()), Ok(()));
    }
}
