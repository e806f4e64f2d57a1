using System.Globalization;
using Azure.Storage.Blobs.Models;

namespace Understudy.Workflows.Quarantine;

/// <summary>What is known of a quarantined blob, as metadata beside its content, so that both appear in one step. Metadata is ASCII.</summary>
internal static class QuarantineLabels
{
    /// <summary>UTF-16 characters; metadata has room for 8 KiB in all.</summary>
    private const int LongestReason = 500;

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
            Uri.UnescapeDataString(labels.TryGetValue("reason", out var reason) ? reason : ""), Time(at), redriven);
    }

    public static QuarantinedBlob? Read(string id, BlobItem item) => Read(id, item.Metadata, item.Properties.ContentLength ?? 0);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
