using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>The <c>instances</c> table, as clients read it.</summary>
internal static class InstanceQuery
{
    private const string Select =
        "SELECT id, name, status, created_at, updated_at, input, custom_status, output, failure, no FROM instances ";

    public static WorkflowState? Find(SqliteConnection connection, string id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Select + "WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        using var rows = command.ExecuteReader();
        return rows.Read() ? Read(rows) : null;
    }

    public static IReadOnlyList<WorkflowState> List(SqliteConnection connection, WorkflowQuery query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = ListText(query.Status);
        command.Parameters.AddWithValue("$prefix", (object?)query.Prefix ?? DBNull.Value);
        command.Parameters.AddWithValue("$name", (object?)query.Name ?? DBNull.Value);
        command.Parameters.AddWithValue("$limit", query.Limit);
        using var rows = command.ExecuteReader();
        var states = new List<WorkflowState>();
        while (rows.Read())
        {
            states.Add(Read(rows));
        }

        return states;
    }

    /// <summary>Finished instances that no other started, oldest first.</summary>
    /// <param name="names">Of these workflows.</param>
    /// <param name="before">When they had finished.</param>
    /// <param name="after">The number of the last one that was looked at; 0 for none.</param>
    public static List<(long Number, WorkflowState State)> Finished(SqliteConnection connection, IReadOnlyList<string> names, DateTimeOffset before, long after)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Select
            + "WHERE no > $after AND status >= 2 AND updated_at < $before AND parent IS NULL "
            + "AND name IN (SELECT value FROM json_each($names)) ORDER BY no LIMIT 500";
        command.Parameters.AddWithValue("$after", after);
        command.Parameters.AddWithValue("$before", before.UtcTicks);
        command.Parameters.AddWithValue("$names", JsonSerializer.Serialize(names));
        using var rows = command.ExecuteReader();
        var states = new List<(long, WorkflowState)>();
        while (rows.Read())
        {
            states.Add((rows.GetInt64(9), Read(rows)));
        }

        return states;
    }

    // Said as it is in the index of those that have not finished, so that looking for them does not read all that ever ran.
    internal static string ListText(WorkflowStatus? status) => Select
        + "WHERE ($prefix IS NULL OR substr(id, 1, length($prefix)) = $prefix) AND ($name IS NULL OR name = $name) "
        + (status switch
        {
            null => "",
            WorkflowStatus.Pending or WorkflowStatus.Running => string.Create(CultureInfo.InvariantCulture, $"AND status = {(long)status} AND status < 2 "),
            _ => string.Create(CultureInfo.InvariantCulture, $"AND status = {(long)status} "),
        })
        + "ORDER BY no DESC LIMIT $limit";

    private static WorkflowState Read(SqliteDataReader rows) => new(
        rows.GetString(0),
        rows.GetString(1),
        (WorkflowStatus)rows.GetInt64(2),
        new(rows.GetInt64(3), TimeSpan.Zero),
        new(rows.GetInt64(4), TimeSpan.Zero),
        Json(rows, 5),
        Json(rows, 6),
        Json(rows, 7),
        rows.IsDBNull(8) ? null : JsonSerializer.Deserialize<FailureDetails>(rows.GetString(8), DurableJson.Options));

    private static JsonElement? Json(SqliteDataReader rows, int column)
    {
        if (rows.IsDBNull(column))
        {
            return null;
        }

        using var document = JsonDocument.Parse(rows.GetString(column));
        return document.RootElement.Clone();
    }
}
