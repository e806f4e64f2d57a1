using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Understudy.Edge.Escalation;
using Understudy.Edge.Updates;
using Understudy.Inference.Lessons;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Reports;

/// <summary>
/// Sends up what the site's students were least sure of, hardest first, as <c>edge-reports/{site}/{task}/hard/{day}/{hash}.jsonl</c>, a record
/// with <c>id</c> and <c>text</c> a line, without addresses and long numbers where their task has those taken out. Used by one pump.
/// </summary>
internal sealed class HardExamples(EdgeSettings settings, SiteStore store, EscalationQueue queue, UploadBudget budget, TimeProvider time)
{
    private const int MostRecords = 1000;

    /// <summary>Of one upload: the cloud sets aside what is larger than its <c>Limits:ReportBytes</c>, 16 MiB by default.</summary>
    private const int MostBytes = 8 << 20;

    /// <summary>By task, what was on its way when the line failed: it goes again as it is, and is taken off its day's bytes once. Gone with a restart.</summary>
    private readonly Dictionary<string, Upload> _unsettled = [];

    /// <returns>How many went up.</returns>
    public async Task<int> UploadAsync(string task, CancellationToken cancellationToken)
    {
        var day = FormattableString.Invariant($"{time.GetUtcNow():yyyy/MM/dd}");
        var upload = _unsettled.GetValueOrDefault(task) is { } last && last.Day == day ? last : null;
        var isNew = upload is null;
        if (isNew)
        {
            if ((upload = Next(task, day)) is null)
            {
                return 0;
            }

            budget.Spend(upload.Content.Length);
        }

        try
        {
            await store.WriteReportAsync($"{settings.Site}/{task}/hard/{day}/{upload!.Hash}.jsonl", upload.Content, cancellationToken);
        }
        catch (Exception error) when (isNew && NothingWent(error))
        {
            budget.GiveBack(upload!.Content.Length); // where nothing can be reached all day, nothing is used up
            throw;
        }
        catch
        {
            _unsettled[task] = upload!;
            throw;
        }

        _unsettled.Remove(task);
        upload.Inputs.ForEach(queue.Remove);
        return upload.Inputs.Count;
    }

    /// <returns>Null when nothing waits that fits into the day's bytes.</returns>
    private Upload? Next(string task, string day)
    {
        var (left, lines) = (Math.Min(budget.Left, MostBytes), new StringBuilder());
        if (left == 0)
        {
            return null;
        }

        List<QueuedInput> sent = [];
        foreach (var input in queue.Hardest(task).Take(MostRecords))
        {
            var (text, label) = input.Redact ? (Redaction.Apply(input.Text), input.Label is null ? null : Redaction.Apply(input.Label)) : (input.Text, input.Label);
            var line = JsonSerializer.Serialize(new { id = input.Id, text, student = new { label, confidence = input.Confidence, release = input.Release }, at = input.At }, SiteJson.Options);
            var bytes = Encoding.UTF8.GetByteCount(line) + 1;
            if (bytes > left)
            {
                continue; // a shorter one may still fit
            }

            left -= bytes;
            lines.Append(line).Append('\n');
            sent.Add(input);
        }

        var content = Encoding.UTF8.GetBytes(lines.ToString());
        return sent.Count == 0 ? null : new(day, Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12)), content, sent);
    }

    /// <summary>Whether no attempt came as far as a connection.</summary>
    private static bool NothingWent(Exception error) => error switch
    {
        AggregateException attempts => attempts.InnerExceptions.All(NothingWent),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => true,
        _ => error.InnerException is { } inner && NothingWent(inner),
    };

    /// <param name="Day">On which it began, and whose bytes it takes.</param>
    private sealed record Upload(string Day, string Hash, byte[] Content, List<QueuedInput> Inputs);
}
