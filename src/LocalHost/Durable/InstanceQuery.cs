using System.Text.Json;
using Microsoft.Data.Sqlite;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>The <c>instances</c> table, as clients read it.</summary>
internal static class InstanceQuery
{
    private const string Select =
        "SELECT id, name, status, created_at, updated_at, input, custom_status, output, failure FROM instances ";

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
        command.CommandText = Select
            + "WHERE ($prefix IS NULL OR substr(id, 1, length($prefix)) = $prefix) AND ($name IS NULL OR name = $name) "
            + "AND ($status IS NULL OR status = $status) ORDER BY no DESC LIMIT $limit";
        command.Parameters.AddWithValue("$prefix", (object?)query.Prefix ?? DBNull.Value);
        command.Parameters.AddWithValue("$name", (object?)query.Name ?? DBNull.Value);
        command.Parameters.AddWithValue("$status", query.Status is { } status ? (long)status : DBNull.Value);
        command.Parameters.AddWithValue("$limit", query.Limit);
        using var rows = command.ExecuteReader();
        var states = new List<WorkflowState>();
        while (rows.Read())
        {
            states.Add(Read(rows));
        }

        return states;
    }

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
