export const java = `// java Server.java
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Server {
  public static void main(String[] args) throws Exception {
    byte[] secret = System.getenv("WEBHOOK_SECRET").getBytes(StandardCharsets.UTF_8);
    HttpServer server = HttpServer.create(new InetSocketAddress(3000), 0);

    server.createContext("/", exchange -> {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String received = exchange.getRequestHeaders().getFirst("X-Sydx-Signature");
      boolean isValid = received != null && MessageDigest.isEqual(
          sign(secret, body).getBytes(StandardCharsets.UTF_8),
          received.getBytes(StandardCharsets.UTF_8));

      exchange.sendResponseHeaders(isValid ? 200 : 401, -1);
      exchange.close(); // Answered: work afterwards.
      if (isValid) System.out.println(new String(body, StandardCharsets.UTF_8));
    });
    server.start();
  }

  static String sign(byte[] secret, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
`;
