// The SQL that finds one page of jobs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/reader.hpp"
#include "store/sqlite_database.hpp"

namespace berth {

struct TextParameters {
  std::vector<std::string> values;
};
void put(Statement& statement, const TextParameters& texts);  // one parameter each

// Text whose shape depends on which filters are set, never on their values. Its parameters are ?1,
// a row that all found rows come before; ?2, how many rows; then `texts`.
struct JobQuery {
  std::string sql;
  TextParameters texts;
};

// Answers "row, class" and the columns of jobs, newest first. Walks an index in the order of rows
// wherever there is one, so that the first page of a million is as quick as of a hundred.
JobQuery query_of(const JobFilter& filter);

std::string job_columns();  // what each query of jobs selects

}  // namespace berth
