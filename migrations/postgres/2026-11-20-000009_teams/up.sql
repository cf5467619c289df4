-- Who belongs to which team on which day: as telemetry says it, and as an admin does in a file.
-- A text of no letters says that there is none.

-- Told by the telemetry of a session: what was said last of each of its days.
CREATE TABLE session_teams (
    session BIGINT NOT NULL,
    utc_day DATE NOT NULL,
    local_day DATE NOT NULL,
    last_time BIGINT NOT NULL,            -- when it was said, microseconds since 1970
    team TEXT COLLATE "C" NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    cost_center TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (session, utc_day, local_day)
);

-- What the sessions of a user said last of each day.
CREATE TABLE daily_teams (
    user_id BIGINT NOT NULL,
    day DATE NOT NULL,
    basis SMALLINT NOT NULL,              -- as in daily_usage
    is_own SMALLINT NOT NULL,             -- 1: by a session that names this user itself; outranks others
    last_time BIGINT NOT NULL,
    team TEXT COLLATE "C" NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    cost_center TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, day, basis)
);
CREATE INDEX daily_teams_by_team ON daily_teams (team, user_id);

-- What a file says: no two rows of a user share a day. The user is the keyed hash of the email,
-- so that who has not reported yet can be in it, and no email is kept here.
CREATE TABLE team_memberships (
    user_id BIGINT NOT NULL,
    first_day DATE NOT NULL,              -- 1970-01-01: since ever
    last_day DATE NOT NULL,               -- it belongs to the row; 9999-12-31: until further notice
    team TEXT COLLATE "C" NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    cost_center TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, first_day)
);

-- The same by whose usage it is after all merges: made again whenever either changes. Outranks
-- daily_teams on the days it covers.
CREATE TABLE team_periods (
    user_id BIGINT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    team TEXT COLLATE "C" NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    cost_center TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, first_day)
);
CREATE INDEX team_periods_by_team ON team_periods (team, user_id);
