#include "plugins/reason_text.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

struct Row {
  const char* text;
  berth_verdict verdict;
  const char* words;
};

berth_verdict numbers(std::int64_t want, std::int64_t have, berth_unit unit = BERTH_UNIT_NONE) {
  return {.want_unit = unit, .have_unit = unit, .want = want, .have = have};
}

TEST(ReasonText, ShowsTheNumbersInTheirUnits) {
  Interns interns;
  const berth_id sku = interns.add("H100");
  const Row rows[] = {
      {"needs {want}, has {have}", numbers(8, 4), "needs 8, has 4"},
      {"needs {want}, has {have}", numbers(1500, 500, BERTH_UNIT_MILLI), "needs 1.5, has 0.5"},
      {"needs {want}", numbers(2LL << 30, 0, BERTH_UNIT_BYTES), "needs 2Gi"},
      {"has {have}", numbers(0, -2500, BERTH_UNIT_MILLI), "has -2.5"},
      {"{want:milli} of {have:bytes}", numbers(250, 1024), "0.25 of 1Ki"},
      {"wants {want:text}", numbers(sku, 0), "wants H100"},
      {"wants {want:text}", numbers(BERTH_ID_UNKNOWN, 0), "wants unknown"},
      {"a {brace}, {want:metres} and {", numbers(1, 1), "a {brace}, {want:metres} and {"},
      {"{{want}}", numbers(3, 0), "{3}"},
      {"{want}{have", numbers(1, 2), "1{have"},
      {"", numbers(1, 2), ""},
      {"odd {want}", numbers(7, 0, 99), "odd 7"},
  };
  for (const Row& row : rows) EXPECT_EQ(fill_reason(row.text, row.verdict, interns), row.words);
}

}  // namespace
}  // namespace berth
