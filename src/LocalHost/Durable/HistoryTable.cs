using Microsoft.Data.Sqlite;

namespace Understudy.LocalHost.Durable;

/// <summary>The <c>history</c> table: every instance's current run, row by row.</summary>
internal sealed class HistoryTable(SqliteConnection connection) : IDisposable
{
    private readonly Statement _append = new(connection, "INSERT INTO history VALUES ($1, $2, $3, $4, $5, $6, $7)", 7);
    private readonly Statement _read = new(connection, "SELECT kind, at, step, name, payload FROM history WHERE instance = $1 ORDER BY idx", 1);
    private readonly Statement _payload = new(connection, "SELECT payload FROM history WHERE instance = $1 AND idx = $2", 2);
    private readonly Statement _clear = new(connection, "DELETE FROM history WHERE instance = $1", 1);

    public void Append(long instance, long index, HistoryEvent e) =>
        _append.Run(instance, index, (long)e.Kind, e.At.UtcTicks, e.Step, e.Name, e.Payload);

    /// <summary>The rows in order, read as they are asked for.</summary>
    public IEnumerable<HistoryEvent> Read(long instance)
    {
        using var rows = _read.Query(instance);
        while (rows.Read())
        {
            yield return new(
                (HistoryKind)rows.GetInt64(0),
                new(rows.GetInt64(1), TimeSpan.Zero),
                rows.GetInt64(2),
                rows.IsDBNull(3) ? null : rows.GetString(3),
                rows.IsDBNull(4) ? null : rows.GetString(4));
        }
    }

    public string? ReadPayload(long instance, long index) => _payload.Scalar(instance, index) as string;

    public void Clear(long instance) => _clear.Run(instance);

    public void Dispose()
    {
        _append.Dispose();
        _read.Dispose();
        _payload.Dispose();
        _clear.Dispose();
    }
}
