// Certificates of a test's own authority.
#pragma once

#include <string>

namespace berth {

struct TestCertificate {
  std::string certificate;  // PEM
  std::string key;
};

struct TestCertificatePlan {
  std::string names = "IP:127.0.0.1,DNS:api.test";  // as OpenSSL writes subject alternative names
  int from_days = -1;
  int to_days = 1;
  std::string common_name = "test";
};

TestCertificate make_authority();
TestCertificate make_certificate(const TestCertificate& authority,
                                 const TestCertificatePlan& plan = {});

}  // namespace berth
