//! The connections for reading: a few, opened once and lent out.
//!
//! Not a pool of sqlx's: that asks a connection whether it is still alive each time it comes back, which costs a trip
//! to the connection's thread, as much as looking up a question. A file on this machine does not hang up.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const CONNECTIONS: u32 = 4;

#[derive(Debug, Clone)]
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<SqliteConnection>>>,
    free: Arc<Semaphore>,
}

impl Readers {
    pub async fn open(options: &SqliteConnectOptions) -> sqlx::Result<Self> {
        let mut idle = Vec::new();
        for _ in 0..CONNECTIONS {
            idle.push(options.connect().await?);
        }
        let free = Arc::new(Semaphore::new(idle.len()));
        Ok(Self { idle: Arc::new(Mutex::new(idle)), free })
    }

    /// Waits for a connection that nobody uses.
    pub async fn lend(&self) -> sqlx::Result<Reader> {
        let permit = self.free.clone().acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let connection = take(&self.idle).ok_or(sqlx::Error::PoolClosed)?;
        Ok(Reader { connection: Some(connection), home: self.idle.clone(), _permit: permit })
    }

    /// Waits for everybody who reads, then closes.
    pub async fn close(&self) -> sqlx::Result<()> {
        for _ in 0..CONNECTIONS {
            if let Ok(permit) = self.free.acquire().await {
                permit.forget();
            }
            if let Some(connection) = take(&self.idle) {
                connection.close().await?;
            }
        }
        self.free.close();
        Ok(())
    }
}

fn take(idle: &Mutex<Vec<SqliteConnection>>) -> Option<SqliteConnection> {
    idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

/// A connection on loan. Whatever was under way when it comes back, a statement or a transaction, has ended by the
/// time the next one uses it: its commands go through one queue.
#[derive(Debug)]
pub struct Reader {
    /// Always there until the drop.
    connection: Option<SqliteConnection>,
    home: Arc<Mutex<Vec<SqliteConnection>>>,
    /// Given back after the connection.
    _permit: OwnedSemaphorePermit,
}

impl Deref for Reader {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.connection.as_ref().expect("it is there until the drop")
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("it is there until the drop")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.home.lock().unwrap_or_else(PoisonError::into_inner).extend(self.connection.take());
    }
}
