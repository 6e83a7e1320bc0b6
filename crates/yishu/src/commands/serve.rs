//! `yishu serve`: the platform's web server and background worker.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use intake::Intake;
use kernel::{Clock, Error, Result, SystemClock};
use portal::Portal;
use scorecard::Scorecard;
use shell::Settings;
use store::Db;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{failed, runtime, say};
use yishu::config::{Config, Given};
use yishu::wiring;

/// How many jobs run at a time.
const JOBS: usize = 2;

/// Flags of `yishu serve`.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    given: Given,
    /// 首次启动时管理员 admin 的密码 Password of `admin`, made at the first start [default: a random one, shown once]
    #[arg(long, env = "YISHU_ADMIN_PASSWORD", hide_env_values = true, value_name = "PASSWORD")]
    admin_password: Option<String>,
}

impl Serve {
    /// Serves until it is told to stop.
    pub fn run(self) -> ExitCode {
        log();
        let outcome =
            self.given.settle().and_then(|config| runtime()?.block_on(serve(config, self.admin_password)));
        match outcome {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => failed(&e),
        }
    }
}

/// `RUST_LOG` chooses what is logged; to standard error, so that standard output stays for answers.
pub fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        tracing_subscriber::EnvFilter::new(
            "warn,yishu=info,shell=info,identity=info,catalogue=info,intake=info,rectify=info,sharing=info,portal=info,scorecard=info,store=info",
        )
    });
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

async fn serve(config: Config, admin_password: Option<String>) -> Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let intake = wiring::open(&config, Arc::clone(&clock)).await?;
    first_administrator(&intake.db, &*clock, admin_password).await?;
    run(config, intake, |address| say(&format!("一数 Yishu  http://{address}/"))).await
}

/// Serves pages and runs jobs until it is told to stop. `ready` is told the address.
///
/// # Errors
/// `listen` when the address is taken.
pub async fn run(config: Config, intake: Intake, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let settings = Settings {
        secure_cookies: config.secure_cookies,
        behind_proxy: config.behind_proxy,
        ..Settings::default()
    };
    let (_, router) =
        wiring::build_sending(intake.clone(), settings, config.longest_override, config.outgoing.clone())?;
    let listener = TcpListener::bind(config.listen).await.map_err(|e| {
        Error::bad_input(
            "listen",
            format!("无法监听 {}：{e}。请换一个端口，或停止占用它的程序。", config.listen),
            format!("Cannot listen on {}: {e}. Choose another port, or stop what uses it.", config.listen),
        )
    })?;
    ready(listener.local_addr().map_err(Error::internal)?);

    let db = intake.db.clone();
    let (stop, stopped) = watch::channel(false);
    let worker =
        tokio::spawn(wiring::worker_sending(intake.clone(), config.outgoing.clone()).run(JOBS, stopped));
    let upkeep = tokio::spawn(keep_up(intake.clone()));
    let pulls = tokio::spawn(keep_pulling(intake.clone()));
    let follow = tokio::spawn(keep_following(intake));
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(told_to_stop())
        .await
        .map_err(Error::internal)?;
    // Requests are answered; now the jobs that run are finished. What is still queued stays queued.
    let _ = stop.send(true);
    upkeep.abort();
    pulls.abort();
    follow.abort();
    worker.await.map_err(Error::internal)?;
    db.close().await
}

/// Looks after the lake every few minutes; being cut off in the middle harms nothing.
async fn keep_up(intake: Intake) {
    let mut every = tokio::time::interval(std::time::Duration::from_secs(300));
    loop {
        every.tick().await;
        if let Err(e) = intake::jobs::upkeep(&intake).await {
            tracing::error!(error = ?e, "upkeep of the lake failed");
        }
    }
}

/// Starts the pulls whose time has come.
async fn keep_pulling(intake: Intake) {
    let mut every = tokio::time::interval(std::time::Duration::from_secs(20));
    loop {
        every.tick().await;
        if let Err(e) = intake::jobs::start_due_pulls(&intake).await {
            tracing::error!(error = ?e, "due pulls could not be started");
        }
    }
}

/// Keeps records, deliveries and publication in step with what comes in; being cut off in the middle harms nothing.
async fn keep_following(intake: Intake) {
    let scorecard = Scorecard { intake: intake.clone() };
    let portal = Portal::new(intake);
    let mut every = tokio::time::interval(std::time::Duration::from_secs(10));
    loop {
        every.tick().await;
        if let Err(e) = wiring::follow_round(&portal).await {
            tracing::error!(error = ?e, "what came in could not be followed");
        }
        if let Err(e) = scorecard::actions::count_board(&scorecard).await {
            tracing::error!(error = ?e, "the board could not be counted ahead");
        }
    }
}

async fn first_administrator(db: &Db, clock: &dyn Clock, given: Option<String>) -> Result<()> {
    let random = given.is_none();
    let password = given.unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
    if identity::actions::ensure_administrator(db, &password, clock.now()).await? && random {
        say(&format!("首次启动，管理员账号 First start, administrator: admin / {password}"));
    }
    Ok(())
}

async fn told_to_stop() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
