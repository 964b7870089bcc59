//! `dryrun user …`: people from the terminal, also while the site runs: every request looks at the database anew.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use dryrun::accounts::{JoinError, Newcomer, PersonName, api_token, members};
use dryrun::clock::Clock;
use dryrun::config::{DataDir, NamedPerson, PersonWithPassword, UserCommand};
use dryrun::db::{Db, OpenError};
use dryrun::ids::PersonId;
use jiff::Timestamp;
use jiff::tz::TimeZone;

#[tokio::main]
pub async fn run(command: UserCommand) -> Result<ExitCode> {
    match command {
        UserCommand::Create(options) => create(options).await,
        UserCommand::List(data) => list(&data).await,
        UserCommand::ResetPassword(options) => reset_password(options).await,
        UserCommand::MakeAdmin(options) => make_administrator(&options).await,
        UserCommand::Token(options) => token(&options).await,
        UserCommand::Delete(options) => delete(&options).await,
    }?;
    Ok(ExitCode::SUCCESS)
}

async fn create(PersonWithPassword { person, password_stdin }: PersonWithPassword) -> Result<()> {
    let name: PersonName = person.name.parse()?;
    let db = open(&person.data).await?;
    // before anybody types a password for nothing
    if members::find(&mut *db.reader().await?, &name).await.map_err(|error| db.explain(error))?.is_some() {
        bail!("somebody is called {name} already: choose another name");
    }
    let password = members::hash_chosen(&read_password(password_stdin)?, &name).await?;
    let newcomer = Newcomer { guest: None, name: name.clone(), password };
    let now_s = Clock::System.seconds();
    let entered = db.commit(move |db| Box::pin(members::enter(db, newcomer, now_s))).await;
    entered.map_err(|error| match error {
        JoinError::Database(error) => anyhow!(db.explain(error)),
        JoinError::NameTaken => anyhow!("somebody is called {name} already: choose another name"),
        other => other.into(),
    })?;
    db.close().await;
    say(&format!("{name} can sign in now."))
}

async fn list(data: &DataDir) -> Result<()> {
    let db = open(data).await?;
    let listed = async { members::list(&mut *db.reader().await?, "", (0, u32::MAX)).await };
    let (people, _) = listed.await.map_err(|error| db.explain(error))?;
    db.close().await;
    if people.is_empty() {
        return say("Nobody has an account. `dryrun user create NAME` makes one.");
    }
    let day = |seconds| {
        let moment = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        moment.to_zoned(TimeZone::system()).date()
    };
    let widest = people.iter().map(|member| member.name.as_str().chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = people
        .iter()
        .map(|member| {
            let role = if member.is_admin { "administrator" } else { "member" };
            let (since, seen) = (day(member.created_at_s), day(member.seen_at_s));
            format!("{:widest$}  {role:13}  since {since}  seen {seen}", member.name.as_str())
        })
        .collect();
    say(&lines.join("\n"))
}

async fn reset_password(PersonWithPassword { person, password_stdin }: PersonWithPassword) -> Result<()> {
    let (db, name, id) = find(&person).await?;
    let password = members::hash_chosen(&read_password(password_stdin)?, &name).await?;
    db.commit(move |db| Box::pin(members::change_password(db, id, password, None)))
        .await
        .map_err(|error| db.explain(error))?;
    db.close().await;
    say(&format!("{name} has the new password and is signed out everywhere."))
}

async fn make_administrator(options: &NamedPerson) -> Result<()> {
    let (db, name, id) = find(options).await?;
    db.commit(move |db| Box::pin(members::make_administrator(db, id)))
        .await
        .map_err(|error| db.explain(error))?;
    db.close().await;
    say(&format!("{name} is an administrator."))
}

async fn token(options: &NamedPerson) -> Result<()> {
    let (db, name, id) = find(options).await?;
    let now_s = Clock::System.seconds();
    let token = db
        .commit(move |db| Box::pin(api_token::create(db, id, "from the terminal", now_s)))
        .await
        .map_err(|error| db.explain(error))?;
    db.close().await;
    say(&format!("A new API token of {name}. It is not shown again.\n{token}"))
}

async fn delete(options: &NamedPerson) -> Result<()> {
    let (db, name, id) = find(options).await?;
    // a script has said what it wants; a person is asked
    if io::stdin().is_terminal() {
        eprint!("Everything that is {name}'s goes with the account. Type the name to delete it: ");
        let mut typed = String::new();
        io::stdin().read_line(&mut typed)?;
        if typed.trim() != name.as_str() {
            bail!("nothing is deleted");
        }
    }
    db.commit(move |db| Box::pin(members::delete(db, id))).await.map_err(|error| db.explain(error))?;
    db.close().await;
    say(&format!("{name} is deleted."))
}

async fn open(data: &DataDir) -> Result<Db> {
    let data_dir = data.resolve()?;
    Db::open(&data_dir).await.map_err(|error: OpenError| error.into())
}

/// The database with the member of this name, as they are called there.
async fn find(options: &NamedPerson) -> Result<(Db, PersonName, PersonId)> {
    let name: PersonName = options.name.parse()?;
    let db = open(&options.data).await?;
    let found = async {
        let mut reader = db.reader().await?;
        match members::find(&mut reader, &name).await? {
            Some(id) => members::get(&mut reader, id).await,
            None => Ok(None),
        }
    };
    let found = found.await.map_err(|error| db.explain(error))?;
    let member = found
        .ok_or_else(|| anyhow!("nobody is called {name}: `dryrun user list` shows who has an account"))?;
    Ok((db, member.name, member.id))
}

/// From standard input, or asked for twice on the terminal.
fn read_password(from_stdin: bool) -> Result<String> {
    if from_stdin {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).context("the password cannot be read")?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let ask = |prompt: &str| {
        rpassword::prompt_password(prompt)
            .context("there is no terminal to ask for the password: give it with --password-stdin")
    };
    let password = ask("Password: ")?;
    if ask("The same again: ")? != password {
        bail!("the two passwords differ: nothing is changed");
    }
    Ok(password)
}

fn say(text: &str) -> Result<()> {
    writeln!(io::stdout(), "{text}").context("standard output cannot be written")
}
