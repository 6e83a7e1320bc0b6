use kernel::{Event, OrgId, SubmissionId};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;
use store::{Db, events};

store::on_both!(counts_stand_in_columns_and_the_day_is_beijings, store::migrations, async |db: Db| {
    let (org, submission) = (OrgId::new(), SubmissionId::new());
    // 16:30 in London is half past midnight of the next day in Beijing.
    let event = Event {
        kind: "validated".to_owned(),
        at: "2026-01-05T16:30:00Z".parse().unwrap(),
        org: Some(org),
        resource: Some("licence-2018".to_owned()),
        submission: Some(submission),
        data: json!({ "rows": 100, "passed": 97, "rejected": 3, "seconds": 0.5 }),
    };
    db.tx(async |tx| events::append(tx, &event).await).await.unwrap();
    let row = events::Entity::find().one(db.conn()).await.unwrap().unwrap();
    assert_eq!((row.kind.as_str(), row.day.as_str()), ("validated", "2026-01-06"));
    assert_eq!((row.rows, row.passed, row.warned, row.rejected), (Some(100), Some(97), None, Some(3)));
    assert_eq!((row.org_id, row.submission_id, row.at), (Some(org.0), Some(submission.0), event.at));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&row.data).unwrap(), event.data);
    assert_eq!(row.resource.as_deref(), Some("licence-2018"));
    let refused = db.conn().execute_unprepared("delete from event").await.unwrap_err();
    assert!(refused.to_string().contains("append-only"), "{refused}");
});
