//! Moving what is committed from the write-ahead log into the database, beside the writer instead of in its way.
//!
//! SQLite by itself does it within a commit, once the log has a thousand pages: with many people writing all over a large
//! database that is several times a second, and everybody whose work is in that commit waits for it. So a connection of
//! its own moves the pages while others go on writing. One thing cannot be done beside a writer: the log is begun anew
//! only when nothing is left in it to move. When it has grown long, the writer is kept for the little that is left then.

use sqlx::{Connection as _, SqliteConnection, SqlitePool};
use tokio::sync::{mpsc, oneshot};

/// Pages that are worth moving: each time the disk is waited for twice.
const WORTH_MOVING: i64 = 1_000;
/// Pages in the log with which it is begun anew: 64 MiB.
const LONG: i64 = 16_384;
/// Pages by which a long log grows until that is tried again, when somebody was reading from it.
const LONGER: i64 = LONG / 8;
/// What the writer's own connection is told to leave in the log. Only one large transaction reaches it: a sync.
pub(super) const TOO_LONG: i64 = 2 * LONG;

#[derive(Debug, Clone)]
pub(super) struct Checkpoints {
    wake: mpsc::Sender<Wake>,
}

#[derive(Debug)]
enum Wake {
    Written,
    Close(oneshot::Sender<()>),
}

impl Checkpoints {
    /// Starts the task, with a connection of its own. It ends when it is closed or nobody holds it any more.
    pub fn start(connection: SqliteConnection, writer: SqlitePool) -> Self {
        let (wake, woken) = mpsc::channel(1);
        let log = Log { db: connection, writer, begin_anew_at: LONG };
        tokio::spawn(log.keep_short(woken));
        Self { wake }
    }

    /// To be told after each commit. Waits for nothing.
    pub fn written(&self) {
        // when there is no room, it has been told already and will look
        let _ = self.wake.try_send(Wake::Written);
    }

    /// Waits for what is under way and closes the connection.
    pub async fn close(&self) {
        let (closed, wait) = oneshot::channel();
        if self.wake.send(Wake::Close(closed)).await.is_ok() {
            let _ = wait.await;
        }
    }
}

/// The write-ahead log, as the task that keeps it short sees it.
struct Log {
    db: SqliteConnection,
    writer: SqlitePool,
    /// Pages with which it is next tried to begin it anew.
    begin_anew_at: i64,
}

/// Pages in the log; -1 when the database has no such log.
#[derive(sqlx::FromRow)]
struct Pages {
    log: i64,
    /// Those of them that are in the database, too.
    checkpointed: i64,
}

impl Log {
    async fn keep_short(mut self, mut woken: mpsc::Receiver<Wake>) {
        while let Some(wake) = woken.recv().await {
            match wake {
                Wake::Written => {
                    // another program may keep the file to itself for a while; what is committed is safe in the log
                    if let Err(error) = self.shorten().await {
                        tracing::debug!(%error, "the write-ahead log stays as it is");
                    }
                }
                Wake::Close(closed) => {
                    if let Err(error) = self.db.close().await {
                        tracing::debug!(%error, "a connection could not be closed");
                    }
                    let _ = closed.send(());
                    return;
                }
            }
        }
    }

    async fn shorten(&mut self) -> sqlx::Result<()> {
        let Pages { log, checkpointed } = self.pages("pragma wal_checkpoint(noop)").await?;
        if log < LONG {
            self.begin_anew_at = LONG;
        }
        if log - checkpointed < WORTH_MOVING {
            return Ok(());
        }
        self.move_pages().await?;
        if log >= self.begin_anew_at {
            // what came meanwhile, so that less is left for the moment in which everybody waits
            self.move_pages().await?;
            let nobody_writes = self.writer.acquire().await?;
            let moved = self.move_pages().await;
            drop(nobody_writes);
            // the next transaction begins the log anew, unless somebody reads from it just now
            self.begin_anew_at = moved?.log + LONGER;
        }
        Ok(())
    }

    /// Moves what nobody needs in the log any more. It waits for no reader and no writer, and none waits for it.
    async fn move_pages(&mut self) -> sqlx::Result<Pages> {
        self.pages("pragma wal_checkpoint(passive)").await
    }

    async fn pages(&mut self, statement: &'static str) -> sqlx::Result<Pages> {
        sqlx::query_as(statement).fetch_one(&mut self.db).await
    }
}
