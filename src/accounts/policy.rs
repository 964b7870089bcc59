//! Who may join the site.

use sqlx::SqliteConnection;

/// What an administrator decided, or what holds while nobody decided anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SitePolicy {
    /// Everybody may sign up; with `guests`, practise before that, too.
    Open { guests: bool },
    /// Only who has the link of an invitation.
    Invitation,
    /// Nobody. Who has an account keeps it.
    Closed,
}

impl SitePolicy {
    /// The policy now: without a decision the site is open until it has an administrator, and then by invitation.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn load(db: &mut SqliteConnection) -> sqlx::Result<Self> {
        let row = sqlx::query!(
            r#"select (select sign_up from site_settings) as "sign_up: String",
                      (select guests from site_settings) as "guests: bool",
                      exists (select 1 from people where is_admin = 1) as "administrated!: bool""#,
        )
        .fetch_one(db)
        .await?;
        Ok(match row.sign_up.as_deref() {
            Some("open") => Self::Open { guests: row.guests.unwrap_or(false) },
            Some("invitation") => Self::Invitation,
            // the table's check leaves nothing else
            Some(_) => Self::Closed,
            None if row.administrated => Self::Invitation,
            None => Self::Open { guests: true },
        })
    }

    /// Decides.
    ///
    /// # Errors
    ///
    /// When the database cannot be written.
    pub async fn save(self, db: &mut SqliteConnection) -> sqlx::Result<()> {
        let sign_up = self.slug();
        let guests = self.allows_guests();
        sqlx::query!(
            "insert into site_settings (only_row, sign_up, guests) values (1, ?1, ?2)
             on conflict (only_row) do update set sign_up = excluded.sign_up, guests = excluded.guests",
            sign_up,
            guests,
        )
        .execute(db)
        .await
        .map(drop)
    }

    /// Whether somebody without an account may practise: only where they may get one later, too.
    #[must_use]
    pub fn allows_guests(self) -> bool {
        matches!(self, Self::Open { guests: true })
    }

    /// As the form and the table write it.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Invitation => "invitation",
            Self::Closed => "closed",
        }
    }
}
