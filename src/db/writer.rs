//! The one writer, with what many people write at once committed together.
//!
//! A commit waits for the disk, whatever is in it. So a task collects what is to be written while the disk is busy,
//! runs each piece in a savepoint of its own, commits them all and only then tells everybody that it is done: an
//! answer is confirmed when it cannot be lost, and a slow disk slows one commit down, not each piece.

use std::pin::Pin;
use std::sync::Arc;

use sqlx::{SqliteConnection, SqlitePool};
use tokio::sync::{mpsc, oneshot};

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
    pub fn start(pool: SqlitePool) -> Self {
        let (queue, mut pieces) = mpsc::channel::<Piece>(WAITING);
        tokio::spawn(async move {
            while let Some(first) = pieces.recv().await {
                let mut told = Vec::new();
                let outcome = write_together(&pool, first, &mut pieces, &mut told).await.map_err(Arc::new);
                for tell in told {
                    tell(outcome.clone());
                }
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
    let mut tx = pool.begin_with("begin immediate").await?;
    let mut next = Some(first);
    while let Some(piece) = next.take() {
        sqlx::query("savepoint piece").execute(&mut *tx).await?;
        let (keep, tell) = piece(&mut tx).await;
        told.push(tell);
        if !keep {
            sqlx::query("rollback to piece").execute(&mut *tx).await?;
        }
        sqlx::query("release piece").execute(&mut *tx).await?;
        if told.len() < TOGETHER {
            next = pieces.try_recv().ok();
        }
    }
    tx.commit().await
}

/// One failure, told to everybody whose work was in the transaction.
fn shared(error: &Arc<sqlx::Error>) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other(Arc::clone(error)))
}
