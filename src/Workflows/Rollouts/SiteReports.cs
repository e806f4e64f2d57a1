using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Sites;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Rollouts;

/// <summary>What sites say of themselves, in <c>edge-reports</c>. Thread-safe.</summary>
public sealed partial class SiteReports(BlobServiceClient blobs, ILogger<SiteReports> logger)
{
    /// <summary>Bytes; what an agent writes is some KiB.</summary>
    private const int LongestReport = 1024 * 1024;

    /// <summary>UTF-16 characters.</summary>
    private const int LongestReason = 500;

    private readonly BlobContainerClient _reports = blobs.GetBlobContainerClient(BlobContainers.EdgeReports);

    /// <summary>The sites that take a task, by name.</summary>
    public async Task<IReadOnlyList<string>> SitesAsync(string task, CancellationToken cancellationToken) =>
        [.. (await EachAsync(task, cancellationToken).ToListAsync(cancellationToken)).Order(StringComparer.Ordinal)];

    /// <summary>Whether there is one.</summary>
    public async Task<bool> AnyAsync(string task, CancellationToken cancellationToken) => await EachAsync(task, cancellationToken).AnyAsync(cancellationToken);

    private async IAsyncEnumerable<string> EachAsync(string task, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in _reports.GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, "/", null, cancellationToken))
        {
            var site = item.IsPrefix ? item.Prefix.TrimEnd('/') : "";
            if (SiteFolder.IsSite(site) && await PresenceAsync(site, cancellationToken) is { } presence
                && (presence.Tasks is not { Count: > 0 } tasks || tasks.Contains(task)))
            {
                yield return site;
            }
        }
    }

    /// <summary>How a site made itself known; null when it has not.</summary>
    public Task<SitePresence?> PresenceAsync(string site, CancellationToken cancellationToken) =>
        ReadAsync<SitePresence>(SiteFolder.PresenceBlob(site), cancellationToken);

    /// <summary>What a site last said of a task; null when it has not.</summary>
    public async Task<SiteStatus?> StatusAsync(string site, string task, CancellationToken cancellationToken)
    {
        var status = await ReadAsync<SiteStatus>(SiteFolder.StatusBlob(site, task), cancellationToken);
        return status is { Refusal: { Reason.Length: > LongestReason } refusal } ? status with { Refusal = refusal with { Reason = refusal.Reason[..LongestReason] } } : status;
    }

    /// <summary>A site can write what it likes into its reports: what is none, or longer than one can be, counts as not written.</summary>
    private async Task<T?> ReadAsync<T>(string blob, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using BlobDownloadStreamingResult report = await _reports.GetBlobClient(blob).DownloadStreamingAsync(cancellationToken: cancellationToken);
            if (report.Details.ContentLength > LongestReport)
            {
                LogTooLong(logger, BlobContainers.EdgeReports, blob, report.Details.ContentLength, LongestReport);
                return null;
            }

            return await JsonSerializer.DeserializeAsync<T>(report.Content, SiteJson.Options, cancellationToken);
        }
        catch (Exception error) when (error is RequestFailedException { Status: 404 } or JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Report {Container}/{Blob} has {Bytes} bytes and counts as not written: none has more than {Limit}.")]
    private static partial void LogTooLong(ILogger logger, string container, string blob, long bytes, int limit);
}
