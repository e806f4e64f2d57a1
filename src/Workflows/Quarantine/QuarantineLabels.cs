using System.Globalization;
using System.Text;
using Azure.Storage.Blobs.Models;
using Understudy.Workflows.Batches;

namespace Understudy.Workflows.Quarantine;

/// <summary>What is known of a quarantined blob, as metadata beside its content, so that both appear in one step. Metadata is ASCII.</summary>
internal static class QuarantineLabels
{
    /// <summary>UTF-16 characters; metadata has room for 8 KiB in all.</summary>
    private const int LongestReason = 500;

    /// <summary>Characters, which leave room for what a redrive adds.</summary>
    private const int Room = 7 * 1024;

    /// <summary>Characters; a blob's name of letters that are not ASCII may be 9 KiB when it is escaped, and is 4 KiB at most in Base64.</summary>
    private const int LongestName = 4 * 1024;

    private const string Name = "blob", NameInBase64 = "blob64", Reason = "reason";

    /// <summary>Before the names of the blob's own metadata.</summary>
    private const string Own = "own_";

    public static Dictionary<string, string> Write(QuarantinedBlob blob)
    {
        var labels = new Dictionary<string, string>
        {
            ["container"] = blob.Container,
            ["etag"] = blob.ETag.Trim('"'),
            ["at"] = blob.At.ToString("O", CultureInfo.InvariantCulture),
        };
        var name = Uri.EscapeDataString(blob.Blob);
        labels.Add(name.Length > LongestName ? NameInBase64 : Name, name.Length > LongestName ? Convert.ToBase64String(Encoding.UTF8.GetBytes(blob.Blob)) : name);
        if (blob.Redriven is { } redriven)
        {
            labels["redrivenat"] = redriven.At.ToString("O", CultureInfo.InvariantCulture);
            labels["operation"] = redriven.Operation;
        }

        // First whether the content may be kept for teaching, then why it is here, then what is left of the blob's own.
        AddOwn(labels, blob.Metadata.Where(IsStore));
        labels[Reason] = Escape(blob.Reason.Length > LongestReason ? blob.Reason[..LongestReason] : blob.Reason, Room - Characters(labels) - Reason.Length);
        AddOwn(labels, blob.Metadata.Where(label => !IsStore(label)));
        return labels;

        static bool IsStore(KeyValuePair<string, string> label) => label.Key.Equals(InputBlob.StoreName, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Null for a blob that carries no labels.</summary>
    public static QuarantinedBlob? Read(string id, IDictionary<string, string> labels, long bytes)
    {
        var blob = labels.TryGetValue(Name, out var escaped) ? Uri.UnescapeDataString(escaped)
            : labels.TryGetValue(NameInBase64, out var base64) ? Encoding.UTF8.GetString(Convert.FromBase64String(base64))
            : null;
        if (!labels.TryGetValue("container", out var container) || blob is null || !labels.TryGetValue("at", out var at))
        {
            return null;
        }

        var redriven = labels.TryGetValue("redrivenat", out var when) && labels.TryGetValue("operation", out var operation)
            ? new Redriven(Time(when), operation)
            : null;
        return new(
            id, container, blob, labels.TryGetValue("etag", out var etag) ? etag : "", bytes,
            Uri.UnescapeDataString(labels.TryGetValue(Reason, out var reason) ? reason : ""), Time(at), redriven)
        {
            Metadata = labels.Where(label => label.Key.StartsWith(Own, StringComparison.OrdinalIgnoreCase)).ToDictionary(label => label.Key[Own.Length..], label => label.Value),
        };
    }

    public static QuarantinedBlob? Read(string id, BlobItem item) => Read(id, item.Metadata, item.Properties.ContentLength ?? 0);

    /// <summary>The shortest first, while there is room: what this product writes is short, and no label of anybody's may keep a blob from being set aside.</summary>
    private static void AddOwn(Dictionary<string, string> labels, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var characters = Characters(labels);
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

    private static int Characters(Dictionary<string, string> labels) => labels.Sum(label => label.Key.Length + label.Value.Length);

    /// <summary>The beginning of a text, escaped, that has room; no letter of it is cut in two.</summary>
    private static string Escape(string text, int room)
    {
        var escaped = new StringBuilder();
        foreach (var letter in text.EnumerateRunes())
        {
            var next = Uri.EscapeDataString(letter.ToString());
            if (escaped.Length + next.Length > room)
            {
                break;
            }

            escaped.Append(next);
        }

        return escaped.ToString();
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
