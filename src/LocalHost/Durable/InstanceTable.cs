using System.Globalization;
using Microsoft.Data.Sqlite;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>The <c>instances</c> table, as the engine writes it.</summary>
internal sealed class InstanceTable(SqliteConnection connection) : IDisposable
{
    private const string Columns = "no, id, name, status, run_id, first_step, history_length, input, output, failure, version, trace, created_at";

    private readonly Statement _add = new(
        connection,
        "INSERT INTO instances(id, name, status, run_id, first_step, history_length, created_at, updated_at, input, parent, version, trace) "
        + "VALUES ($1, $2, 0, $3, 0, 0, $4, $4, $5, $6, $7, $8) RETURNING no",
        8);

    private readonly Statement _byId = new(connection, $"SELECT {Columns} FROM instances WHERE id = $1", 1);
    private readonly Statement _byNumber = new(connection, $"SELECT {Columns} FROM instances WHERE no = $1", 1);
    private readonly Statement _notBegun = new(connection, "SELECT no FROM instances WHERE status < 2 AND history_length = 0 ORDER BY no", 0);
    private readonly Statement _progress = new(connection, "UPDATE instances SET status = 1, history_length = $2, updated_at = $3 WHERE no = $1", 3);
    private readonly Statement _status = new(connection, "UPDATE instances SET custom_status = $2 WHERE no = $1", 2);
    private readonly Statement _finish = new(connection, "UPDATE instances SET status = $2, updated_at = $3, output = $4, failure = $5 WHERE no = $1", 5);
    private readonly Statement _restart = new(connection, "UPDATE instances SET run_id = $2, first_step = $3, history_length = 0, input = $4, updated_at = $5 WHERE no = $1", 5);
    private readonly Statement _children = new(connection, "SELECT no FROM instances WHERE parent = $1 AND status >= 2", 1);
    private readonly Statement _unfinishedChildren = new(connection, "SELECT no FROM instances WHERE parent = $1 AND status < 2", 1);
    private readonly Statement _remove = new(connection, "DELETE FROM instances WHERE no = $1", 1);

    public long Add(string id, string name, Guid runId, DateTimeOffset now, string input, long? parent, int version = 1, string? trace = null) =>
        (long)_add.Scalar(id, name, runId.ToString(), now.UtcTicks, input, parent, (long)version, trace)!;

    public InstanceRow? Find(string id) => Read(_byId.Query(id));

    public InstanceRow? Find(long number) => Read(_byNumber.Query(number));

    /// <summary>Instances whose run has not begun, oldest first.</summary>
    public List<long> NotBegun() => Numbers(_notBegun.Query());

    /// <summary>The finished instances that an instance started.</summary>
    public List<long> FinishedChildren(long number) => Numbers(_children.Query(number));

    /// <summary>The instances that an instance started and that have not finished.</summary>
    public List<long> UnfinishedChildren(long number) => Numbers(_unfinishedChildren.Query(number));

    public void Progress(long number, long historyLength, DateTimeOffset now) => _progress.Run(number, historyLength, now.UtcTicks);

    public void SetCustomStatus(long number, string json) => _status.Run(number, json);

    public void Finish(long number, WorkflowStatus status, DateTimeOffset now, string? output, string? failure) =>
        _finish.Run(number, (long)status, now.UtcTicks, output, failure);

    public void Restart(long number, Guid runId, long firstStep, string input, DateTimeOffset now) =>
        _restart.Run(number, runId.ToString(), firstStep, input, now.UtcTicks);

    public void Remove(long number) => _remove.Run(number);

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_add, _byId, _byNumber, _notBegun, _progress, _status, _finish, _restart, _children, _unfinishedChildren, _remove])
        {
            statement.Dispose();
        }
    }

    private static InstanceRow? Read(SqliteDataReader rows)
    {
        using (rows)
        {
            return !rows.Read() ? null : new(
                rows.GetInt64(0),
                rows.GetString(1),
                rows.GetString(2),
                (WorkflowStatus)rows.GetInt64(3),
                Guid.Parse(rows.GetString(4), CultureInfo.InvariantCulture),
                rows.GetInt64(5),
                rows.GetInt64(6),
                rows.GetString(7),
                rows.IsDBNull(8) ? null : rows.GetString(8),
                rows.IsDBNull(9) ? null : rows.GetString(9),
                (int)rows.GetInt64(10),
                rows.IsDBNull(11) ? null : rows.GetString(11),
                new(rows.GetInt64(12), TimeSpan.Zero));
        }
    }

    private static List<long> Numbers(SqliteDataReader rows)
    {
        using (rows)
        {
            var numbers = new List<long>();
            while (rows.Read())
            {
                numbers.Add(rows.GetInt64(0));
            }

            return numbers;
        }
    }
}
