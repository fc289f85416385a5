# R's analyses of schools' mean changes; makes school_means.json; run here: Rscript school_means.R
suppressMessages({library(clubSandwich); library(jsonlite)})
test <- function(fit, cluster, which) {
  t <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite")[which, ]
  list(estimate = t$beta, std_error = t$SE, df = t$df_Satt)
}
of_t <- function(t) list(estimate = unname(t$estimate[1]), std_error = t$stderr,
                         df = unname(t$parameter), low = t$conf.int[1], high = t$conf.int[2])

# one group: 14 schools in 7 teams, every fifth row after missing, as in dose.R
p <- read.csv("dose.csv")
long <- rbind(data.frame(p[c("school", "team")], y = p$pre, t = 0),
              data.frame(p[c("school", "team")], y = p$post, t = 1))
long <- long[!(long$t == 1 & seq_len(nrow(long)) %% 5 == 0), ]
m <- aggregate(y ~ school + team + t, long, mean)
w <- merge(m[m$t == 0, ], m[m$t == 1, ], by = c("school", "team"))
w$change <- w$y.y - w$y.x
teams <- aggregate(change ~ team, w, mean)
out <- list(school = of_t(t.test(w$change)), team = of_t(t.test(teams$change)))

# two rounds that met other places: odd schools before, even ones after
early <- m[m$t == 0 & m$school %% 2 == 1, ]; late <- m[m$t == 1 & m$school %% 2 == 0, ]
rounds <- rbind(early, late)
out$rounds <- test(lm(y ~ t, rounds), rounds$school, 2)
out$rounds$welch <- t.test(late$y, early$y)$stderr

# two sides, and within strata of four schools
a <- read.csv("a12_unbal.csv")
m <- aggregate(y ~ school + treat + t, a, mean)
w <- merge(m[m$t == 0, ], m[m$t == 1, ], by = c("school", "treat"))
w$change <- w$y.y - w$y.x
w$stratum <- (as.integer(sub("s", "", w$school)) %/% 2) %% 3
out$sides <- test(lm(change ~ treat, w), w$school, 2)
out$sides$welch <- t.test(change ~ treat, w)$stderr
out$strata <- test(lm(change ~ treat + factor(stratum), w), w$school, 2)
write(toJSON(out, digits = 15, auto_unbox = TRUE, pretty = TRUE), "school_means.json")
