using System.Text.Json;
using Microsoft.Data.Sqlite;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>The <c>pending</c> table: what has to happen yet, so that a restart knows it without reading any history.</summary>
internal sealed class PendingTable(SqliteConnection connection) : IDisposable
{
    private const string Columns = "instance, step, kind, name, history_index, attempt, due_at, child_id, retry";

    private readonly Statement _add = new(connection, $"INSERT OR REPLACE INTO pending({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", 9);
    private readonly Statement _remove = new(connection, "DELETE FROM pending WHERE instance = $1 AND step = $2", 2);
    private readonly Statement _clear = new(connection, "DELETE FROM pending WHERE instance = $1", 1);
    private readonly Statement _find = new(connection, $"SELECT {Columns} FROM pending WHERE instance = $1 AND step = $2", 2);
    private readonly Statement _waiting = new(connection, $"SELECT {Columns} FROM pending WHERE child_id = $1", 1);
    private readonly Statement _all = new(connection, $"SELECT {Columns} FROM pending", 0);

    /// <summary>Adds a step, or puts it in the place of what was known of it.</summary>
    public void Save(PendingStep step) => _add.Run(
        step.Instance,
        step.Step,
        (long)step.Kind,
        step.Name,
        step.HistoryIndex,
        (long)step.Attempt,
        step.DueAt?.UtcTicks,
        step.ChildId,
        step.Retry is null ? null : JsonSerializer.Serialize(step.Retry, DurableJson.Options));

    public void Remove(long instance, long step) => _remove.Run(instance, step);

    public void Clear(long instance) => _clear.Run(instance);

    public PendingStep? Find(long instance, long step) => Read(_find.Query(instance, step)).FirstOrDefault();

    /// <summary>The steps that wait for a sub-workflow.</summary>
    public List<PendingStep> WaitingFor(string childId) => Read(_waiting.Query(childId));

    public List<PendingStep> All() => Read(_all.Query());

    public void Dispose()
    {
        _add.Dispose();
        _remove.Dispose();
        _clear.Dispose();
        _find.Dispose();
        _waiting.Dispose();
        _all.Dispose();
    }

    private static List<PendingStep> Read(SqliteDataReader rows)
    {
        using (rows)
        {
            var steps = new List<PendingStep>();
            while (rows.Read())
            {
                steps.Add(new(
                    rows.GetInt64(0),
                    rows.GetInt64(1),
                    (HistoryKind)rows.GetInt64(2),
                    rows.IsDBNull(3) ? null : rows.GetString(3),
                    rows.GetInt64(4),
                    (int)rows.GetInt64(5),
                    rows.IsDBNull(6) ? null : new DateTimeOffset(rows.GetInt64(6), TimeSpan.Zero),
                    rows.IsDBNull(7) ? null : rows.GetString(7),
                    rows.IsDBNull(8) ? null : JsonSerializer.Deserialize<RetryPolicy>(rows.GetString(8), DurableJson.Options)));
            }

            return steps;
        }
    }
}
