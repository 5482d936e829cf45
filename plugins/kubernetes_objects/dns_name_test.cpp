#include "kubernetes_objects/dns_name.hpp"

#include <gtest/gtest.h>

namespace berth::kube {
namespace {

TEST(DnsName, TakesAsALabelWhatKubernetesTakes) {
  struct Row {
    std::string text;
    bool is_name, is_value;
  };
  const Row rows[] = {
      {"tier", true, true},
      {"kueue.x-k8s.io/queue-name", true, false},
      {"A_b.c-1", true, true},
      {"", false, true},
      {"-a", false, false},
      {"a-", false, false},
      {"a b", false, false},
      {"Prefix/a", false, false},
      {"a..b/c", false, false},
      {"a/b/c", false, false},
      {"/a", false, false},
      {"a/", false, false},
      {std::string(63, 'a'), true, true},
      {std::string(64, 'a'), false, false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(is_label_name(row.text), row.is_name) << row.text;
    EXPECT_EQ(is_label_value(row.text), row.is_value) << row.text;
  }
}

TEST(DnsName, MakesAValueOfAnything) {
  EXPECT_EQ(as_label_value("eta"), "eta");
  EXPECT_EQ(as_label_value("a b@c"), "a-b-c");
  EXPECT_EQ(as_label_value("-a-"), "a");
  EXPECT_EQ(as_label_value("//"), "");
  EXPECT_EQ(as_label_value("größe"), "gr----e");
  for (const std::string& text : {std::string(80, 'x'), std::string(62, 'x') + "-y"}) {
    EXPECT_TRUE(is_label_value(as_label_value(text))) << text;
  }
}

}  // namespace
}  // namespace berth::kube
