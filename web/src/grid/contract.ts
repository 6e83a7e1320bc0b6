// What the server behind the grid sends and takes; README.md documents it.

export interface Column {
  code: string;
  label: string;
  type: string;
  /** The values of a closed code list. */
  list?: { code: string; label: string }[];
}

export interface Finding {
  /** Code of the column; null for the row as a whole. */
  field: string | null;
  code: string;
  severity: "reject" | "warn";
  why: string;
  fix: string;
  suggestion?: string | null;
  group: string;
  /** Address of the frequent question. */
  faq?: string;
}

export interface Row {
  /** Tells the rows of a submission apart. */
  row: number;
  /** What a person looks for: the number as the spreadsheet shows it, with the sheet where there are several. */
  place?: string;
  version: number | string;
  values: Record<string, string>;
  findings: Finding[];
}

export interface Group {
  id: string;
  code: string;
  title: string;
  why: string;
  fix: string;
  count: number;
  has_suggestion: boolean;
}

export interface WrongRows {
  columns: Column[];
  rows: Row[];
  groups: Group[];
  /** Wrong rows in the submission, or in the group asked for. */
  total: number;
}

/** What is sent to be checked again. */
export interface Mend {
  row: number;
  version: number | string;
  values: Record<string, string>;
}
