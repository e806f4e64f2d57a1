using System.Globalization;
using Azure.Storage.Blobs.Models;

namespace Understudy.Workflows.Quarantine;

/// <summary>What is known of a quarantined blob, as metadata beside its content, so that both appear in one step. Metadata is ASCII.</summary>
internal static class QuarantineLabels
{
    /// <summary>UTF-16 characters; metadata has room for 8 KiB in all.</summary>
    private const int LongestReason = 500;

    /// <summary>Characters, which leave room for what a redrive adds.</summary>
    private const int Room = 7 * 1024;

    /// <summary>Before the names of the blob's own metadata.</summary>
    private const string Own = "own_";

    public static Dictionary<string, string> Write(QuarantinedBlob blob)
    {
        var reason = blob.Reason.Length > LongestReason ? blob.Reason[..LongestReason] : blob.Reason;
        var labels = new Dictionary<string, string>
        {
            ["container"] = blob.Container,
            ["blob"] = Uri.EscapeDataString(blob.Blob),
            ["etag"] = blob.ETag.Trim('"'),
            ["reason"] = Uri.EscapeDataString(reason),
            ["at"] = blob.At.ToString("O", CultureInfo.InvariantCulture),
        };
        if (blob.Redriven is { } redriven)
        {
            labels["redrivenat"] = redriven.At.ToString("O", CultureInfo.InvariantCulture);
            labels["operation"] = redriven.Operation;
        }

        AddOwn(labels, blob.Metadata);
        return labels;
    }

    /// <summary>Null for a blob that carries no labels.</summary>
    public static QuarantinedBlob? Read(string id, IDictionary<string, string> labels, long bytes)
    {
        if (!labels.TryGetValue("container", out var container) || !labels.TryGetValue("blob", out var blob) || !labels.TryGetValue("at", out var at))
        {
            return null;
        }

        var redriven = labels.TryGetValue("redrivenat", out var when) && labels.TryGetValue("operation", out var operation)
            ? new Redriven(Time(when), operation)
            : null;
        return new(
            id, container, Uri.UnescapeDataString(blob), labels.TryGetValue("etag", out var etag) ? etag : "", bytes,
            Uri.UnescapeDataString(labels.TryGetValue("reason", out var reason) ? reason : ""), Time(at), redriven)
        {
            Metadata = labels.Where(label => label.Key.StartsWith(Own, StringComparison.OrdinalIgnoreCase)).ToDictionary(label => label.Key[Own.Length..], label => label.Value),
        };
    }

    public static QuarantinedBlob? Read(string id, BlobItem item) => Read(id, item.Metadata, item.Properties.ContentLength ?? 0);

    /// <summary>The shortest first, while there is room: what this product writes is short, and no label of anybody's may keep a blob from being set aside.</summary>
    private static void AddOwn(Dictionary<string, string> labels, IReadOnlyDictionary<string, string> metadata)
    {
        var characters = labels.Sum(label => label.Key.Length + label.Value.Length);
        foreach (var (name, value) in metadata.OrderBy(label => label.Key.Length + label.Value.Length))
        {
            characters += Own.Length + name.Length + value.Length;
            if (characters > Room)
            {
                return;
            }

            labels[Own + name] = value;
        }
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
