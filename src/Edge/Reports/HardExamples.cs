using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Identity;
using Microsoft.Extensions.Options;
using Understudy.Edge.Escalation;
using Understudy.Edge.Updates;
using Understudy.Inference.Lessons;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Reports;

/// <summary>
/// Sends up what the site's students were least sure of, hardest first, as <c>edge-reports/{site}/{task}/hard/{day}/{hash}.jsonl</c>, a record
/// with <c>id</c> and <c>text</c> a line, without addresses and long numbers where their task has those taken out. Each attempt for which
/// there was a connection is taken off the day's bytes, whatever came of it. Used by one pump.
/// </summary>
internal sealed class HardExamples(EdgeSettings settings, SiteStore store, EscalationQueue queue, UploadBudget budget, IOptions<EdgeOptions> options, TimeProvider time)
{
    private const int MostRecords = 1000;

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Of all tasks: they share the line, and the day's bytes.</summary>
    private readonly UploadPace _pace = new(budget.BytesPerDay, time);

    /// <summary>By task. Gone with a restart.</summary>
    private readonly Dictionary<string, Course> _courses = [];

    /// <param name="longer">Whether one that is longer than an upload may go alone, where no other waits.</param>
    /// <returns>How many went up; none also while nothing is to be tried yet.</returns>
    public async Task<int> UploadAsync(string task, CancellationToken cancellationToken, bool longer = true)
    {
        var course = _courses.TryGetValue(task, out var known) ? known : _courses[task] = new();
        if (course.FailedAt is { } at && time.GetElapsedTime(at) < course.Pause)
        {
            return 0;
        }

        var day = time.GetUtcNow().ToString("yyyy/MM/dd", CultureInfo.InvariantCulture);
        var longest = (int)Math.Min(budget.Left, _pace.Longest);
        var upload = course.Unsettled is { } last && last.Day == day && last.Content.Length <= longest ? last : Next(task, day, longest, longer, course.Lengths);
        if (upload is null)
        {
            return 0;
        }

        budget.Spend(upload.Content.Length);
        try
        {
            await store.WriteReportAsync($"{settings.Site}/{task}/hard/{day}/{upload.Hash}.jsonl", upload.Content, cancellationToken);
        }
        catch (Exception error) when (NothingWent(error))
        {
            budget.GiveBack(upload.Content.Length); // where nothing can be reached all day, nothing is used up
            throw;
        }
        catch (Exception error)
        {
            var tookTooLong = error is OperationCanceledException && !cancellationToken.IsCancellationRequested;
            if (tookTooLong || upload.Inputs.Count == 1 || upload == course.Unsettled)
            {
                _pace.Lost(upload.Content.Length);
                course.Unsettled = null;
            }
            else
            {
                course.Unsettled = upload;
            }

            if (!tookTooLong)
            {
                course.Wait(TimeSpan.FromSeconds(options.Value.PollSeconds), time.GetTimestamp());
            }

            throw;
        }

        _pace.Arrived(upload.Content.Length);
        course.Arrived();
        upload.Inputs.ForEach(queue.Remove);
        return upload.Inputs.Count;
    }

    /// <summary>The hardest that are short enough together; where none is, the shortest goes alone, if it may.</summary>
    /// <param name="longest">Bytes of one that goes alone.</param>
    /// <param name="lengths">Bytes of lines that were read, by id: what is known to be too long is passed over unread.</param>
    /// <returns>Null when nothing waits that may go.</returns>
    private Upload? Next(string task, string day, int longest, bool alone, Dictionary<string, int> lengths)
    {
        if (longest <= 0)
        {
            return null;
        }

        if (lengths.Count > queue.Count(task))
        {
            lengths.Clear(); // some of them wait no longer
        }

        var (most, lines) = (Math.Min(longest, UploadPace.Most), new StringBuilder());
        var left = most;
        List<QueuedInput> sent = [];
        (QueuedInput Input, string Line, int Bytes)? shortest = null;
        int ReadUpTo() => sent.Count > 0 || !alone ? left : shortest?.Bytes ?? longest;
        foreach (var input in queue.Hardest(task, except: id => lengths.TryGetValue(id, out var known) && known > ReadUpTo()))
        {
            var line = LineOf(input);
            var bytes = Encoding.UTF8.GetByteCount(line);
            lengths[input.Id] = bytes;
            if (bytes > left)
            {
                shortest = bytes <= longest && (shortest is null || bytes < shortest.Value.Bytes) ? (input, line, bytes) : shortest;
                continue; // a shorter one may still fit
            }

            left -= bytes;
            lines.Append(line);
            sent.Add(input);
            if (sent.Count == MostRecords || left < most / 8)
            {
                break;
            }
        }

        return sent.Count > 0 ? Upload.Of(day, lines.ToString(), sent)
            : alone && shortest is { } longer ? Upload.Of(day, longer.Line, [longer.Input])
            : null;
    }

    private static string LineOf(QueuedInput input)
    {
        var (text, label) = input.Redact ? (Redaction.Apply(input.Text), input.Label is null ? null : Redaction.Apply(input.Label)) : (input.Text, input.Label);
        return JsonSerializer.Serialize(new { id = input.Id, text, student = new { label, confidence = input.Confidence, release = input.Release }, at = input.At }, SiteJson.Options) + "\n";
    }

    /// <summary>Whether no attempt came as far as a connection.</summary>
    private static bool NothingWent(Exception error) => error switch
    {
        AggregateException attempts => attempts.InnerExceptions.All(NothingWent),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => true,
        AuthenticationFailedException => true, // who has no token sends nothing
        OperationCanceledException { InnerException: TimeoutException } => true, // of the connection: a call's own time has no such cause
        _ => error.InnerException is { } inner && NothingWent(inner),
    };

    /// <summary>How a task's uploads fare.</summary>
    private sealed class Course
    {
        public Dictionary<string, int> Lengths { get; } = [];

        /// <summary>Several records that broke off and may have arrived: they go again as they are, once, so that they have the same name. One that goes alone has it anyway.</summary>
        public Upload? Unsettled { get; set; }

        /// <summary>From <see cref="FailedAt"/> on; doubles.</summary>
        public TimeSpan Pause { get; private set; }

        /// <summary>A timestamp; null where nothing broke off since the last one arrived.</summary>
        public long? FailedAt { get; private set; }

        public void Arrived() => (Unsettled, Pause, FailedAt) = (null, default, null);

        public void Wait(TimeSpan first, long now)
        {
            Pause = Pause == default ? first : 2 * Pause < LongestPause ? 2 * Pause : LongestPause;
            FailedAt = now;
        }
    }

    /// <param name="Day">On which it began, and in whose folder it goes.</param>
    private sealed record Upload(string Day, string Hash, byte[] Content, List<QueuedInput> Inputs)
    {
        public static Upload Of(string day, string lines, List<QueuedInput> inputs)
        {
            var content = Encoding.UTF8.GetBytes(lines);
            return new(day, Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12)), content, inputs);
        }
    }
}
