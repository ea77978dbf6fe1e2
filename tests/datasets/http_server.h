#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

namespace actlab::test {

/// Serves one body at every address of 127.0.0.1, with or without byte ranges, until destroyed.
class HttpServer {
 public:
  HttpServer(std::string body, bool ranges) : body_(std::move(body)), ranges_(ranges) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 8) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("the test server cannot listen");
    }
    address_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~HttpServer() {
    shutdown(listener_, SHUT_RDWR);  // wakes accept
    thread_.join();
    close(listener_);
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  const std::string& address() const { return address_; }
  size_t bytes_sent() const { return bytes_sent_; }

 private:
  void serve() {
    for (int client = accept(listener_, nullptr, nullptr); client >= 0;
         client = accept(listener_, nullptr, nullptr)) {
      answer(client);
      close(client);
    }
  }
  void answer(int client) {
    std::string request(4096, '\0');
    const ssize_t count = recv(client, request.data(), request.size(), 0);
    request.resize(count > 0 ? static_cast<size_t>(count) : 0);
    const std::string label = "Range: bytes=";
    const size_t range = request.find(label);
    size_t from = 0;
    std::string head = "HTTP/1.1 200 OK\r\n";
    if (ranges_ && range != std::string::npos) {
      from = std::stoul(request.substr(range + label.size()));
      head = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + std::to_string(from) + "-" +
             std::to_string(body_.size() - 1) + "/" + std::to_string(body_.size()) + "\r\n";
    }
    head += "Connection: close\r\nContent-Length: " + std::to_string(body_.size() - from) + "\r\n\r\n";
    const std::string whole = head + body_.substr(from);
    bytes_sent_ += body_.size() - from;
    for (size_t done = 0; done < whole.size();) {
      const ssize_t sent = send(client, whole.data() + done, whole.size() - done, MSG_NOSIGNAL);
      if (sent <= 0) return;
      done += static_cast<size_t>(sent);
    }
  }

  std::string body_, address_;
  bool ranges_;
  int listener_ = -1;
  std::atomic<size_t> bytes_sent_{0};
  std::thread thread_;
};

}  // namespace actlab::test
