export const go = `// go run main.go
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	secret := []byte(os.Getenv("WEBHOOK_SECRET"))

	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}

		mac := hmac.New(sha256.New, secret)
		mac.Write(body)
		expected := hex.EncodeToString(mac.Sum(nil))
		received := r.Header.Get("X-Sydx-Signature")
		if !hmac.Equal([]byte(expected), []byte(received)) {
			http.Error(w, "Invalid signature", http.StatusUnauthorized)
			return
		}

		w.WriteHeader(http.StatusOK) // Answer at once, work afterwards.
		go log.Println(r.Header.Get("X-Sydx-Event"), string(body))
	})

	log.Fatal(http.ListenAndServe(":3000", nil))
}
`;
