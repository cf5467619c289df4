DROP TABLE team_periods;
DROP TABLE team_memberships;
DROP TABLE daily_teams;
DROP TABLE session_teams;
