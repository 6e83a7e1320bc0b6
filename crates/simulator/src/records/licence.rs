//! Licences (行政许可), both editions.

use chrono::{Datelike, Days, NaiveDate};

use super::{Maker, Row, Subject, fill_subject, representative_document};
use crate::city::work::{self, Licence};
use crate::city::{date, slashed};
use crate::template::{Part, Resource};

/// A licence decided on a day, in the edition of `resource`.
pub(crate) fn licence(maker: &mut Maker<'_>, resource: Resource, decided: NaiveDate) -> Row {
    let kind = maker.rng.pick(maker.department.work.licences);
    let subject = match kind.subject {
        work::Subject::Entity => Subject::Entity(maker.pick_entity()),
        work::Subject::Person => Subject::Person(maker.pick_person()),
    };
    let mut row = Row::new(resource, subject, Some(decided));
    fill_subject(&mut row, maker.city, maker.rng);
    row.set_part(Part::Document, maker.document_number(kind.mark, decided));
    row.set_part(Part::Category, kind.category);
    row.set_part(Part::Content, kind.content);
    row.set_part(Part::DecisionDate, slashed(decided));
    row.set_part(Part::ValidTo, slashed(valid_to(kind, decided)));
    row.set_part(Part::Authority, &*maker.department.org.name);
    if resource == Resource::Licence2018 {
        finish_2018(&mut row, kind, maker, decided)
    } else {
        finish_2016(&mut row, kind, maker, decided)
    }
    row
}

/// The last day of validity; 2099/12/31 stands for 长期.
fn valid_to(kind: &Licence, decided: NaiveDate) -> NaiveDate {
    if kind.years == 0 {
        return date(2099, 12, 31);
    }
    // The 29th of February has no anniversary in most years.
    let day = decided.day().min(28);
    date(decided.year() + kind.years, decided.month(), day) - Days::new(1)
}

fn finish_2018(row: &mut Row, kind: &Licence, maker: &mut Maker<'_>, decided: NaiveDate) {
    row.set("XK_XKWS", kind.document);
    if !kind.certificate.is_empty() {
        row.set("XK_XKZS", kind.certificate);
        row.set("XK_XKBH", certificate_number(kind, maker, decided));
    }
    row.set("XK_YXQZ", slashed(decided));
    row.set("XK_ZT", "1");
    let org = &maker.department.org;
    row.set("XK_XKJGDM", org.uscc.as_deref().unwrap_or_default());
    row.set("XK_LYDW", &*org.name);
    row.set("XK_LYDWDM", org.uscc.as_deref().unwrap_or_default());
    if matches!(row.subject, Subject::Entity(_))
        && let Some(id) = representative_document(maker.city, maker.rng)
    {
        row.set("XK_FR_ZJLX", "身份证");
        row.set("XK_FR_ZJHM", id);
    }
}

fn finish_2016(row: &mut Row, kind: &Licence, maker: &mut Maker<'_>, decided: NaiveDate) {
    row.set("XK_XMMC", kind.document.trim_end_matches("决定书"));
    row.set("XK_BM", format!("{}XK{:04}", maker.department.org.division, maker.number % 40 + 1));
    row.set("XK_ZT", "0");
    row.set("DFBM", crate::city::city_division());
    row.set("SJC", slashed(decided));
    if maker.rng.chance(0.7) {
        row.set("XK_SYFW", "0");
    }
}

/// A certificate number without any run of digits that could be taken for an identity number.
fn certificate_number(kind: &Licence, maker: &Maker<'_>, decided: NaiveDate) -> String {
    format!("{}{}-{:05}", kind.number, decided.year(), maker.number)
}
