#include "lifecycle/class_table.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

std::shared_ptr<const JobClass> a_class_of(const std::string& project) {
  JobClass wanted;
  wanted.project = project;
  return std::make_shared<const JobClass>(std::move(wanted));
}

TEST(ClassTable, GivesEqualClassesOneObject) {
  ClassTable table;
  const auto first = table.shared(a_class_of("eta"));
  EXPECT_EQ(table.shared(a_class_of("eta")), first);
  EXPECT_NE(table.shared(a_class_of("ops")), first);
}

TEST(ClassTable, ForgetsWhatNobodyHolds) {
  ClassTable table;
  const auto held = table.shared(a_class_of("held"));
  for (int i = 0; i < 100'000; ++i) table.shared(a_class_of("p" + std::to_string(i)));
  EXPECT_LT(table.size(), 2048u);
  EXPECT_EQ(table.shared(a_class_of("held")), held);
}

}  // namespace
}  // namespace berth
