//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// nginx with the nchan module, as Debian packages them.
final class NchanServer: StreamServer {
    let name: String
    let port: UInt16
    let publishing: any PublishProtocol

    /// With 512 it needs a third more processor time for each delivery.
    let inFlight = 64

    var publishPort: UInt16 { port }
    var processes: [Int32] { [nginx.id] + ProcessUsage.children(of: nginx.id) }
    var companions: [Int32] { [] }

    private let directory: TemporaryDirectory
    private let nginx: ChildProcess

    /// - Parameter workers: `1` or `auto`: one for each processor.
    init(_ setup: ServerSetup, workers: String) throws(LoadError) {
        let directory = try TemporaryDirectory()
        let port = try Socket.freePort()
        let configuration = Self.configuration(setup, port: port, workers: workers)
        try ProcFile.write(configuration, to: "\(directory.path)/nginx.conf")
        let nginx = try ChildProcess(
            ["nginx", "-p", directory.path, "-c", "nginx.conf", "-e", "\(directory.path)/nginx.log"],
            directory: directory.path,
            log: "\(directory.path)/nginx.log"
        )
        try nginx.waitUntilReady { Exchange.status(of: "/ready", port: port) == 204 }
        name = ServerKind.nchan(workers: workers).name
        self.directory = directory
        self.nginx = nginx
        self.port = port
        publishing = HTTPPublishing(events: LogEventText(textLength: setup.textLength, form: setup.form))
    }

    func request(run: Int, lastEventID: String?) -> [UInt8] {
        self.request(path: "/watch/\(name(ofRun: run))", lastEventID: lastEventID)
    }

    func stop() {
        nginx.stop()
        directory.remove()
    }

    /// Set up for speed: no access log, no copy of a body in a file, room for all messages and connections, kept
    /// connections for publishers, and a socket of its own for each worker.
    private static func configuration(_ setup: ServerSetup, port: UInt16, workers: String) -> String {
        """
        load_module \(setup.nchanModulePath);
        \(geteuid() == 0 ? "user root;" : "")
        worker_processes \(workers);
        worker_rlimit_nofile 20000;
        daemon off;
        pid nginx.pid;
        error_log nginx.log warn;
        events {
            worker_connections 19000;
            use epoll;
            multi_accept on;
        }
        http {
            access_log off;
            server_tokens off;
            client_body_temp_path bodies;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            tcp_nodelay on;
            keepalive_requests 1000000000;
            keepalive_timeout 3600s;
            send_timeout 3600s;
            nchan_shared_memory_size 1024M;
            nchan_message_buffer_length \(setup.historyLength);
            nchan_message_timeout 1h;
            server {
                listen 127.0.0.1:\(port) backlog=4096\(workers == "1" ? "" : " reuseport");
                location = /ready { return 204; }
                location ~ ^/watch/(.+)$ {
                    nchan_subscriber eventsource;
                    nchan_channel_id $1;
                    nchan_subscriber_first_message oldest;
                    nchan_eventsource_ping_interval \(setup.heartbeatSeconds);
                }
                location ~ ^/publish/(.+)$ {
                    nchan_publisher;
                    nchan_channel_id $1;
                    client_body_buffer_size 128k;
                    client_body_in_single_buffer on;
                }
            }
        }

        """
    }
}
