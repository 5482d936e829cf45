// A TLS server whose answers a test writes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api_access.hpp"
#include "test_certificates.hpp"

namespace berth {

struct SeenRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int connection = 0;  // 1 for the first
  int number = 0;      // of all requests, 1 for the first
  std::string client;  // common name of the client's certificate
};

// How the server answers, on a thread of the connection.
class ServerPeer {
 public:
  virtual ~ServerPeer() = default;
  virtual void write(const std::string& raw) = 0;
  virtual void close() = 0;
  // Until the client has closed.
  virtual void wait_for_close() = 0;

  void reply(int status, const std::string& body = "", const std::string& headers = "") {
    write("HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
          "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  void begin_stream() { write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"); }
  void chunk(const std::string& text) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string size;
    for (std::size_t left = text.size(); left > 0; left /= 16) size.insert(0, 1, kHex[left % 16]);
    write((size.empty() ? "0" : size) + "\r\n" + text + "\r\n");
  }
};

class ScriptedServer {
 public:
  using Script = std::function<void(const SeenRequest&, ServerPeer&)>;

  // `client_authority`: whose certificates clients must show; "" asks for none.
  ScriptedServer(const TestCertificate& certificate, Script script,
                 const std::string& client_authority = "");
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer();

  std::uint16_t port() const;
  std::vector<SeenRequest> seen() const;
  int connections() const;

  class Core;

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace berth
