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

    /// <returns>How many went up.</returns>
    public async Task<int> UploadAsync(string task, CancellationToken cancellationToken)
    {
        var (left, lines) = (budget.Left, new StringBuilder());
        List<QueuedInput> sent = [];
        foreach (var input in queue.Peek(task, MostRecords))
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

        if (sent.Count == 0)
        {
            return 0;
        }

        var content = Encoding.UTF8.GetBytes(lines.ToString());
        var hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12));
        budget.Spend(content.Length);
        try
        {
            await store.WriteReportAsync(FormattableString.Invariant($"{settings.Site}/{task}/hard/{time.GetUtcNow():yyyy/MM/dd}/{hash}.jsonl"), content, cancellationToken);
        }
        catch (Exception error) when (NothingWent(error))
        {
            budget.GiveBack(content.Length); // where nothing can be reached all day, nothing is used up
            throw;
        }

        sent.ForEach(queue.Remove);
        return sent.Count;
    }

    /// <summary>Whether no attempt came as far as a connection.</summary>
    private static bool NothingWent(Exception error) => error switch
    {
        AggregateException attempts => attempts.InnerExceptions.All(NothingWent),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => true,
        _ => error.InnerException is { } inner && NothingWent(inner),
    };
}
