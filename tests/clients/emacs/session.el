;; Does in Emacs what the guide says, and prints what is there to see.  -*- lexical-binding: t -*-

(defconst deadline 30)
(defconst settings (expand-file-name "~/.config/Code/User/settings.json"))

(defun say (format &rest arguments)
  (let ((text (apply #'format format arguments)))
    (dolist (volatile `((,(getenv "HOME") . "~") (,(getenv "SERVER_URL") . "URL")
                        (,(getenv "SERVER_TOKEN") . "TOKEN")))
      (setq text (replace-regexp-in-string (regexp-quote (car volatile)) (cdr volatile) text t t)))
    (princ (replace-regexp-in-string "said [^.]+ ago" "said ... ago" text))
    (terpri)))

(defun title (text)
  (say "\n=== %s" text))

(defun show (text)
  (dolist (line (split-string text "\n"))
    (say "| %s" line)))

(defun wait (what holds)
  "Wait until HOLDS returns something, and return it; WHAT says in words what that is."
  (let ((start (float-time)) found)
    (while (not (setq found (funcall holds)))
      (when (> (- (float-time) start) deadline)
        (say "in vain for %s\n%s" what (buffer-string))
        (kill-emacs 1))
      (accept-process-output nil 0.05)
      ;; Without a person Emacs is never idle, so what it does then is done here.
      (dolist (timer (copy-sequence timer-idle-list))
        (timer-event-handler timer)))
    found))

(defun show-marks (count)
  (dolist (mark (wait "what is marked"
                      (lambda ()
                        (flymake-start)
                        (and (= (length (flymake-diagnostics)) count) (flymake-diagnostics)))))
    (save-excursion
      (goto-char (flymake-diagnostic-beg mark))
      (say "%d:%d %s" (line-number-at-pos) (current-column) (flymake-diagnostic-text mark)))))

(defvar told nil "What the server says to a person.")
(advice-add 'message :before
            (lambda (format &rest arguments)
              (let ((text (and format (apply #'format-message format arguments))))
                (when (and text (string-match "ELITEA: .*" text))
                  (setq told (match-string 0 text))))))

(defun run (command)
  (title (format "M-x elitea %s" command))
  (setq told nil)
  (elitea command)
  (say "%s" (wait "a message" (lambda () told))))

(setq auto-revert-use-notify nil) ; so that it is known when it looks
(find-file settings)
(title (format "open settings.json (%s)" mode-name))
(show (buffer-string))
(run-hooks 'post-command-hook)
(wait "the server" #'eglot-current-server)
(show-marks 2)

(title "M-x eglot-code-actions, on the line of the fault")
(goto-char (point-min))
(search-forward "14")
(let ((last-nonmenu-event ?a) ; a key, not a click
      (completing-read-function
       (lambda (_prompt offered &rest _)
         (mapc (lambda (each) (say "* %s" (car each))) offered)
         (caar offered))))
  (call-interactively #'eglot-code-actions))
(show (buffer-string))

(title "C-M-i, behind \"gpt-5\"")
(search-forward "LLMModelName\": \"")
(insert "gpt-5")
(wait "the model" (lambda () (completion-at-point) (looking-back "gpt-5\\.1" (line-beginning-position))))
(show (buffer-string))
(save-buffer)

(title "M-x eldoc")
(backward-char 3)
(let (said)
  (show (substring-no-properties
         (wait "the text" (lambda ()
                            (unless said (eglot-hover-eldoc-function (lambda (text &rest _) (setq said text))))
                            said)))))

(run "apply")
(wait "the new text" (lambda () (auto-revert-buffers) (> (count-lines (point-min) (point-max)) 7)))
(show (buffer-string))
(run "undo")
(wait "the old text" (lambda () (auto-revert-buffers) (< (count-lines (point-min) (point-max)) 7)))
(run "undo")

(title "M-x eglot-shutdown")
(let ((server (eglot-current-server)))
  (eglot-shutdown server)
  (say (if (jsonrpc-running-p server) "the server is still there" "the server has ended")))
