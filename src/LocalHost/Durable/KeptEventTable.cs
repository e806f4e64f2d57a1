using Microsoft.Data.Sqlite;

namespace Understudy.LocalHost.Durable;

/// <summary>The <c>kept_events</c> table: events on their way from a run that continued as new to the run after it.</summary>
internal sealed class KeptEventTable(SqliteConnection connection) : IDisposable
{
    private readonly Statement _add = new(connection, "INSERT INTO kept_events SELECT $1, coalesce(max(idx), -1) + 1, $2, $3 FROM kept_events WHERE instance = $1", 3);
    private readonly Statement _read = new(connection, "SELECT name, payload FROM kept_events WHERE instance = $1 ORDER BY idx", 1);
    private readonly Statement _clear = new(connection, "DELETE FROM kept_events WHERE instance = $1", 1);

    /// <summary>Adds an event after the others of its instance.</summary>
    public void Add(long instance, string name, string? payload) => _add.Run(instance, name, payload);

    /// <summary>Takes all of an instance's events, oldest first.</summary>
    public List<(string Name, string? Payload)> Take(long instance)
    {
        var events = new List<(string, string?)>();
        using (var rows = _read.Query(instance))
        {
            while (rows.Read())
            {
                events.Add((rows.GetString(0), rows.IsDBNull(1) ? null : rows.GetString(1)));
            }
        }

        if (events.Count > 0)
        {
            Clear(instance);
        }

        return events;
    }

    public void Clear(long instance) => _clear.Run(instance);

    public void Dispose()
    {
        _add.Dispose();
        _read.Dispose();
        _clear.Dispose();
    }
}
