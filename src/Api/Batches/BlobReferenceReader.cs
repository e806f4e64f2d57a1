using System.Text.Json;
using Understudy.Api.Problems;
using Understudy.Api.Requests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;

namespace Understudy.Api.Batches;

/// <summary>Reads <c>{ "blob": "…" }</c>.</summary>
internal static class BlobReferenceReader
{
    private const int NameLimit = 512;

    public static string Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            throw ApiProblems.NoRecords();
        }

        var reference = JsonBody.Parse(body);
        return reference.ValueKind == JsonValueKind.Object ? Blob(reference) : throw ApiProblems.WrongType("body", "an object", "something else");
    }

    /// <summary>The name of a blob of the task, given with or without its container and task.</summary>
    public static string Name(string task, string reference)
    {
        var blob = reference.StartsWith($"{BlobContainers.Batches}/", StringComparison.Ordinal)
            ? reference[(BlobContainers.Batches.Length + 1)..]
            : $"{task}/{reference}";
        if (blob.Length > NameLimit || !BatchStarter.TryParse(blob, out var owner, out var name))
        {
            throw ApiProblems.BlobName($"'{reference}' is not the name of a batch.");
        }

        return owner == task ? name : throw ApiProblems.BlobName($"'{reference}' belongs to the task '{owner}', not '{task}'.");
    }

    private static string Blob(JsonElement body)
    {
        string? blob = null;
        foreach (var property in body.EnumerateObject())
        {
            if (property.Name != "blob")
            {
                throw ApiProblems.UnknownField(property.Name, "blob; records go into a body of type application/jsonl");
            }

            blob = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()
                : throw ApiProblems.WrongType("blob", "a string", property.Value.ValueKind.ToString().ToLowerInvariant());
        }

        return string.IsNullOrWhiteSpace(blob) ? throw ApiProblems.BlobName($"'blob' is {(blob is null ? "missing" : "empty")}.") : blob;
    }
}
