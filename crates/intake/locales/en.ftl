nav-intake = Intake
submissions = Submissions
submissions-help = Each file or push is one submission. Open it to see what is wrong, why, and how to mend it.
submissions-none = Nothing has been handed in yet. Upload the first file; every cell is checked and you are told how to mend it.
submissions-none-found = No submission meets these conditions. Widen the filter.
submission-new = Upload data
submission-new-help = Excel, CSV, JSON, Parquet and archives of these. Good rows land at once; wrong rows stay here to be mended cell by cell.
submission-received = The file has arrived and is being checked. You may leave this page and come back for the result.
submission-known = This file was handed in before; here is that submission. To hand it in once more, tick “hand in again”.
submissions-received = { $known ->
    [0] { $n } files received.
   *[other] { $n } files received, { $known } of them handed in before.
}
submissions-some = { $n ->
    [one] { $n } file received, the others were not: { $why }
   *[other] { $n } files received, the others were not: { $why }
}
submission-parent = Original submission
submission-facts = About this submission
submission-rule-set = Rule set
submission-working = Working…
submission-progress = { $n ->
    [one] { $n } row checked
   *[other] { $n } rows checked
}
submission-step-received = Received
submission-step-read = Read
submission-step-checked = Checked
submission-step-landed = Landed
submission-step-refused = Refused
submission-step-withdrawn = Withdrawn
submission-state-received = Received
submission-state-mapping = Headers to be mapped
submission-state-checking = Checking
submission-state-held = Waits for a decision
submission-state-landing = Landing
submission-state-landed = Landed
submission-state-landed-open = Landed, rows to mend
submission-state-refused = Refused
submission-state-withdrawn = Withdrawn
submission-way-upload = Upload
submission-way-push = Push
submission-way-pull = Pull
submission-way-mend = Mended rows
submission-way-derive = Made by a mapping
submission-clear-filter = Clear the filter
submission-crumbs = You are here
submission-cancel = Cancel
column-handed-in = Handed in
column-file = File
column-resource = Resource
column-department = Department
column-state = State
column-rows = Rows
column-rejected = Rejected
column-open = To mend
column-letter = Column
column-header = Header
column-samples = Samples
column-field = Field
column-code = Code
column-severity = Severity
column-value = Value
column-suggestion = Suggestion
column-sheet = Sheet
column-row = Row
column-key = Business key
column-before = Before
column-after = After
column-by = Mended by
column-at = Mended at
column-required = Required
column-length = Length
column-example = Example
column-note = Note
severity-reject = Rejected
severity-warn = Warning
mend-messages = Messages
findings = Findings
patch = Corrections
template-notes = How to fill in
rows-passed = Passed
rows-warned = Passed with a warning
rows-rejected = Rejected
rows-landed = Landed
rows-open = to mend
rows-mended = mended, not landed
lake-version = Table version
resource-by-headers = By its headers
resource-by-headers-help = Leave this if unsure; the headers tell what kind of data it is.
upload-again = Hand in again, even if the same file came before
upload-choose = Choose files, or drop them here
upload-formats = Several at once. .xlsx .xls .csv .json .ndjson .parquet .zip .gz, up to 4 GB each
upload-now = Upload
templates = Templates
templates-help = Filling in a template is easiest; your own table is welcome too, with its columns in any order.
see-landed-rows = See the landed rows
download-findings = Download the findings
download-wrong-rows = Download wrong rows (Excel with comments)
download-patch = Corrections as CSV (for the source system)
download-patch-xlsx = Corrections as XLSX (for people)
download-patch-help = The CSV holds every value exactly as it was mended, for the source system to import; a value that begins with = + - @ is taken for a formula when Excel opens the CSV. For reading, take the XLSX, in which every cell is text.
upload-mended = Upload the mended workbook
withdraw = Withdraw
withdrawn = Withdrawn; its rows have left the table.
mapping = Map headers
mapping-help = Some columns are not recognised. Compare the samples and say what each column is; it is remembered. ★ marks the likeliest fields, * the required ones.
mapping-needed = Required fields have no column yet. Say which column is which.
mapping-begin = Map the headers
mapping-missing = Fields without a column:
mapping-leave-out = (leave out)
mapping-save = Save and check
mapping-saved = The mapping is remembered; checking goes on.
mapping-other-resource = Another resource
decide = Please decide
decide-help = Too many rows are rejected; perhaps the resource is not the right one or the columns are shifted. Land the good rows and mend the others, or turn the whole file away.
decide-land = Land the good rows, mend the others
decide-refuse = Turn the file away
decide-refuse-question = Nothing of this file will land. Turn it away?
pulls = Front-end databases
pulls-help = The platform reads a department's front-end database by schedule; rows are checked, landed and mended like those of an uploaded file.
pulls-none = No front-end database is registered yet. Register one, test the connection to see which field each column is taken for, then switch it on; the platform reads it by schedule.
pull-new = Register a front-end database
pull-new-help = Where the department's table is and when to read it. The platform only reads. The password is not entered here; the administrator keeps it on the server.
pull-nothing-open = The platform may not reach any front-end database yet. Have the administrator name the hosts with the setting YISHU_PULL_HOSTS, or the folder for SQLite files with YISHU_PULL_FOLDER.
pull-name = Name
pull-address = Address
pull-address-hint = postgres://host:port/database, mysql://host:port/database or sqlite://file; without user and password.
pull-address-hosts = Hosts that may be reached: { $hosts }.
pull-address-folder = SQLite files lie in the agreed folder, below a folder named by the department's code; give the file's name.
pull-user = User
pull-user-hint = The right to SELECT is enough; leave it empty for SQLite.
pull-with-password = Signing in takes a password (the administrator keeps it in the server's environment)
pull-secret = Name of the password
pull-secret-hint = Usually empty; tells several passwords of one department apart. Letters and digits only. Do not write the password here.
pull-secret-place = Environment variable of the password
pull-secret-missing = The server holds no password yet. Have the administrator set the environment variable { $name } and restart the platform.
pull-table = Table or view
pull-table-hint = May be written as schema.table.
pull-mode = What to read
pull-mode-full = The whole table each time
pull-mode-increasing = Only new and changed rows (by an increasing column)
pull-mode-hint = Where the table has a number or a time of change that only grows, choose the increasing column: less is read, and sooner.
pull-increasing = Increasing column
pull-increasing-hint = Such as ID or UPDATE_TIME.
pull-by-column = By the increasing column { $column }
pull-reached = Value reached
pull-reached-hint = Reading goes on from here; empty begins at the beginning.
pull-inclusive = Read rows at the value reached again (needed where the column is a time: another row may carry the same instant; no row lands twice)
pull-inclusive-short = the value reached included
pull-schedule = Schedule
pull-schedule-hand = By hand only
pull-schedule-every = Every so many minutes
pull-schedule-daily = Daily
pull-schedule-workdays = On working days
pull-schedule-every-n = { $n ->
    [one] Every minute
   *[other] Every { $n } minutes
}
pull-schedule-daily-at = Daily at { $at }
pull-schedule-workdays-at = On working days at { $at }
pull-minutes = Pause in minutes
pull-minutes-hint = For “every so many minutes”.
pull-at = Time of day
pull-at-hint = Beijing time; for “daily” and “on working days”.
pull-on = On
pull-off = Off
pull-failing = { $n ->
    [one] Failed once
   *[other] Failed { $n } times in a row
}
pull-failures = Failures in a row
pull-last = Last pull
pull-next = Next pull
pull-rows = Rows read
pull-run-running = Pulling
pull-run-new = New rows
pull-run-known = Same content as before
pull-run-nothing = Nothing new
pull-run-failed = Failed
pull-reading = Reading
pull-read-so-far = { $n ->
    [one] { $n } row read
   *[other] { $n } rows read
}
pull-now = Pull now
pull-test = Test the connection
pull-enable = Switch on
pull-disable = Switch off
pull-remove-question = It will not be read any more; submissions and landed rows stay. Remove it?
pull-created = Registered. Test the connection, then switch it on.
pull-saved = Saved; the next pull goes by the new settings.
pull-enabled = Switched on; it is read by schedule.
pull-disabled = Switched off; it is no longer read by schedule.
pull-removed = Removed; its submissions and rows stay.
pull-started = The pull has begun. You may leave this page and come back for the result.
pull-first-steps = This source is off. Test the connection first; when the columns are right, switch it on, or pull once and look at the result.
pull-settings = Settings
pull-created-by = Registered by
pull-runs = Pulls so far
pull-runs-none = Nothing has been pulled yet.
pull-begun = Begun
pull-ended = Ended
pull-asked-by = Asked by
pull-by-schedule = Schedule
pull-result = Result
pull-submission = Submission
pull-see-submission = See the submission
pull-test-help = Connected as set and read the first rows; nothing was taken.
pull-test-good = Connected; columns in the table: { $n }.
pull-test-missing = These required fields have no column yet; after the pull you will be asked to map the headers:
pull-test-no-column = The table has no increasing column “{ $column }”; change the settings.
pull-column = Column
pull-kind = Type
pull-no-field = no field
pull-resembles = resembles { $fields }
causes = What is wrong and how to mend it
causes-first = This is what the first check found.
causes-settled = Of the rows refused then, { $done } were mended and landed, or later data took their place; { $left } still wait.
causes-count = { $n ->
    [one] { $n } cause
   *[other] { $n } causes
}
cause-of = { $field }: { $title }
causes-more = { $n ->
    [one] { $n } more cause; download the findings to see it.
   *[other] { $n } more causes; download the findings to see them.
}
why-wrong = Why
how-to-mend = Remedy
clear-cell = clear
accept-all = Accept all suggestions ({ $n })
accepted = { $n ->
    [one] Suggestions accepted; { $n } row changed.
   *[other] Suggestions accepted; { $n } rows changed.
}
undone = { $n ->
    [one] Undone; { $n } row restored.
   *[other] Undone; { $n } rows restored.
}
place-row = row { $row }
mend-rows = Rows to mend
mend-help = Only wrong rows are shown, wrong cells in red. Edit cells, accept suggestions or paste from Excel; saved rows are checked on the spot, and rows that pass land with “Land mended rows”.
mend-not-yours = The department that handed them in mends these rows.
land-mended = Land mended rows
land-mended-begun = The mended rows are landing.
mend-history = Mending so far
mend-landed = Mended rows landed: { $n }
mend-edit = { $n ->
    [one] { $n } row edited
   *[other] { $n } rows edited
}
mend-accept = { $n ->
    [one] Suggestion accepted on { $n } row
   *[other] Suggestions accepted on { $n } rows
}
mend-upload = { $n ->
    [one] { $n } row mended by workbook
   *[other] { $n } rows mended by workbook
}
mend-superseded = {$n} rows gave way to data handed in later; nothing to mend in them
mend-superseded-by = See that submission
mend-judged = Judged again after a rule changed: passes now
mend-drop = { $n ->
    [one] { $n } row dropped
   *[other] { $n } rows dropped
}
mend-undo-last = Undo the last step
mended-by-workbook = Workbook read. Rows changed: { $changed }, of which pass now: { $mended }; rows that are not among the wrong rows of this submission: { $unmatched }.
data-tables = Tables
data-tables-none = There is no data yet. Rows appear here when a file has been checked and landed.
data-masked = Personal data is masked.
data-now = See it now
data-history = History
data-version = Version { $version }
data-version-rows = { $n ->
    [one] { $n } row
   *[other] { $n } rows
}
column-last-change = Last change
dashboard = Dashboard
dashboard-by-day = Rows received by day
dashboard-fresh = Freshness
pass-rate = Pass rate
open-rows = Rows to mend
submission-search = Find by file name, push key or number
submission-total = { $n ->
    [one] { $n } submission
   *[other] { $n } submissions
}
submissions-none-yet = Nothing has been received yet. What departments hand in appears here.
submission-sum = rows: { $rows }, rejected: { $rejected }, to mend: { $open }
submission-pushes = { $n ->
    [one] { $n } push
   *[other] { $n } pushes
}
submission-pushes-of = { $resource }: pushes of { $by } on { $day }
submission-pushes-help = What one system pushes into one resource on one day is one line; here are the pushes one by one.
submission-way-received = All received (without mended rows and what mappings made)
column-way = Way
column-handed-in-by = Handed in by
column-number = Number
column-submissions = Submissions
column-day = Day
column-received = Received
column-entry = Resource
column-cycle = Update cycle
column-last-delivery = Last delivery
column-due = Due on
column-standing = Standing
column-change = Change
column-what = What
column-value-of = Value
filter-more = More filters
filter-from = From
filter-to = To
filter-errors = Errors
filter-rejected = With rejected rows
filter-open = With rows to mend
filter-remove = Remove the filter { $what }
export-csv = Export CSV
export-xlsx-limit = XLSX is made in the background and takes up to { $n } rows; CSV any number.
unit-rows = rows
due-late = { $n ->
    [one] 1 day late
   *[other] { $n } days late
}
due-today = Due today
due-ahead = { $n ->
    [one] Due tomorrow
   *[other] Due in { $n } days
}
due-none = No cycle
card-work = To do
card-work-none = No submission waits for you. Press “Upload data” when there is something new.
card-refused = Refused in { $n } days
card-due = Deliveries
card-late = Who is late
card-last = last { $day }
card-none-late = Nothing is late.
card-no-promises = No entry of the catalogue names an update cycle yet. Once one is published, you are reminded here of what is due.
card-more = { $n ->
    [one] { $n } more is due
   *[other] { $n } more are due
}
card-newest = Latest submissions
card-open-rows = { $n ->
    [one] { $n } row to mend
   *[other] { $n } rows to mend
}
card-jobs = Background work
card-jobs-waiting = Waiting and running
card-jobs-stuck = Submissions being worked on
card-jobs-failed = Failed
card-jobs-look = see the server's log
data-tables-help = One table for each resource. Open it to search its fields, sort and export, or to see it as it was on an earlier day.
data-rows-head = { $n ->
    [one] { $n } row.
   *[other] { $n } rows.
}
data-past = This is the table as it was at version { $version }.
data-on-day = This is the table as it was at the end of { $day } (version { $version }).
data-before = The table did not exist on { $day }.
data-empty = The table is empty.
data-none = No row meets the conditions. Remove some filters.
data-test = Condition
data-day = As of the day
data-row = Details
data-open-row = Details
data-columns = Columns shown ({ $n } of { $all })
data-show-columns = Show these columns
data-history-help = A version opens the table of then, the rows open what that submission changed
data-version-pushes = { $n } pushes
data-upkeep = upkeep
test-contains = contains
test-equals = equals
test-starts = begins with
test-from = not less than
test-to = not more than
test-empty = is empty
test-filled = is filled
row-fields = Content
row-provenance = Provenance
row-valid = Valid from
row-source = Digest or key
changes = What this submission changed
changes-help = With this submission “{ $table }” became version { $version }. It changed:
changes-withdrawn = This submission was withdrawn; the changes below are taken back.
changes-none = This submission changed no row.
change-added = Added
change-changed = Changed
change-same = Unchanged
change-removed = Removed
change-empty = (empty)
withdraw-help = For when the wrong file was handed in. Only this submission is affected:
withdraw-rows = { $n ->
    [one] its { $n } landed row leaves the table, together with those mended later;
   *[other] its { $n } landed rows leave the table, together with those mended later;
}
withdraw-restored = the rows it had replaced come back as they were;
withdraw-open = { $n ->
    [one] the { $n } row to mend needs no more mending;
   *[other] the { $n } rows to mend need no more mending;
}
withdraw-kept = the received file and the record of what was done stay.
withdraw-reason = Reason (kept in the audit log)
withdraw-question = Withdraw this submission?
dashboard-period = Intake and quality from { $from } to { $to }; click a figure to see the submissions behind it.
dashboard-earlier = Nothing came lately; this is the last stretch of time with data.
dashboard-lengths = Period
dashboard-days = { $n } days
dashboard-show = Show
dashboard-rows-in = Rows received
dashboard-rejected = { $n ->
    [one] { $n } row rejected
   *[other] { $n } rows rejected
}
dashboard-open-all = whenever received
dashboard-late = Late
dashboard-of-promises = of { $n } promised
dashboard-none = Nothing was received in this period. Choose another one.
dashboard-by-month = Rows received by month
dashboard-by-org = Rows received by organisation
dashboard-units = By organisation
dashboard-units-help = A name opens those below it, a figure its submissions
dashboard-fresh-help = By the update cycle of the catalogue, the late ones first
dashboard-no-promises = No entry of the catalogue names an update cycle yet, so nobody can be late.
dashboard-to-catalogue = To the catalogue
dashboard-all-promises = Show all { $n }
exports = My exports
exports-help = Long workbooks are made in the background; you may leave this page and fetch them later. Files are kept for { $n } days.
exports-none = Nothing was exported in the background yet. A workbook of more than 10,000 rows of a table appears here.
export-begun = The workbook is being made. You may leave this page and fetch it later.
export-writing = Writing rows
export-saving = Compressing and saving
export-rows = { $n ->
    [one] { $n } row
   *[other] { $n } rows
}
export-fetch = Download
cause-faq = Frequent question
