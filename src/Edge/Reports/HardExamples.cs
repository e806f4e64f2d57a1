using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Understudy.Edge.Escalation;
using Understudy.Edge.Updates;
using Understudy.Inference.Lessons;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Reports;

/// <summary>
/// Sends up what the site's students were least sure of, hardest first, as <c>edge-reports/{site}/{task}/hard/{day}/{hash}.jsonl</c>, a record
/// with <c>id</c> and <c>text</c> a line, without addresses and long numbers where their task has those taken out. Each attempt is taken off the
/// day's bytes, whatever came of it. Used by one pump.
/// </summary>
internal sealed class HardExamples(EdgeSettings settings, SiteStore store, EscalationQueue queue, UploadBudget budget, IOptions<EdgeOptions> options, TimeProvider time)
{
    private const int MostRecords = 1000;

    /// <summary>Of one upload, in bytes: what a line of 2 KiB/s carries in the 30 seconds that a call may take.</summary>
    private const int MostBytes = 64 << 10;

    /// <summary>Of a record that is longer than that and goes alone: the cloud sets aside what is larger than its <c>Limits:ReportBytes</c>, 16 MiB by default.</summary>
    private const int LongestRecord = 8 << 20;

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>By task. Gone with a restart.</summary>
    private readonly Dictionary<string, Course> _courses = [];

    /// <returns>How many went up; none also while nothing is to be tried yet.</returns>
    public async Task<int> UploadAsync(string task, CancellationToken cancellationToken)
    {
        var course = _courses.TryGetValue(task, out var known) ? known : _courses[task] = new();
        if (course.FailedAt is { } at && time.GetElapsedTime(at) < course.Pause)
        {
            return 0;
        }

        var day = FormattableString.Invariant($"{time.GetUtcNow():yyyy/MM/dd}");
        var upload = course.Unsettled is { } last && last.Day == day ? last : Next(task, day, course);
        if (upload is null || upload.Content.Length > budget.Left)
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
            course.Failed(upload, tookTooLong, TimeSpan.FromSeconds(options.Value.PollSeconds), time.GetTimestamp());
            throw;
        }

        course.Arrived();
        upload.Inputs.ForEach(queue.Remove);
        return upload.Inputs.Count;
    }

    /// <summary>The hardest that are short enough for the line together; where none is, the shortest goes alone.</summary>
    /// <returns>Null when nothing waits that fits into the day's bytes and may go.</returns>
    private Upload? Next(string task, string day, Course course)
    {
        var budgeted = Math.Min(budget.Left, LongestRecord);
        if (budgeted == 0)
        {
            return null;
        }

        var (left, lines) = (Math.Min(budgeted, course.Most), new StringBuilder());
        List<QueuedInput> sent = [];
        (QueuedInput Input, string Line, int Bytes)? alone = null;
        foreach (var input in queue.Hardest(task).Take(MostRecords))
        {
            var line = LineOf(input);
            var bytes = Encoding.UTF8.GetByteCount(line);
            if (bytes > left)
            {
                alone = bytes <= budgeted && bytes < (alone?.Bytes ?? course.TooLong(day)) ? (input, line, bytes) : alone;
                continue; // a shorter one may still fit
            }

            left -= bytes;
            lines.Append(line);
            sent.Add(input);
        }

        return sent.Count > 0 ? Upload.Of(day, lines.ToString(), sent)
            : alone is { } longer ? Upload.Of(day, longer.Line, [longer.Input])
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
        OperationCanceledException { InnerException: TimeoutException } => true, // of the connection: a call's own time has no such cause
        _ => error.InnerException is { } inner && NothingWent(inner),
    };

    /// <summary>How a task's uploads fare.</summary>
    private sealed class Course
    {
        private (string Day, int Bytes)? _tooLong;

        /// <summary>Bytes of the next upload: half as many after one of no more took too long, an eighth more after one arrived.</summary>
        public int Most { get; private set; } = MostBytes;

        /// <summary>What may have arrived although nobody said so: it goes again as it is, so that it is there once.</summary>
        public Upload? Unsettled { get; private set; }

        /// <summary>From <see cref="FailedAt"/> on; doubles.</summary>
        public TimeSpan Pause { get; private set; }

        /// <summary>A timestamp; null where the last one arrived.</summary>
        public long? FailedAt { get; private set; }

        /// <summary>Bytes of the shortest that took too long alone that day: what is as long waits for the next one.</summary>
        public int TooLong(string day) => _tooLong is { } known && known.Day == day ? known.Bytes : int.MaxValue;

        public void Arrived()
        {
            Most = Math.Min(Most + (Most / 8) + 1, MostBytes);
            (Unsettled, Pause, FailedAt) = (null, default, null);
        }

        /// <param name="tookTooLong">It would again: what goes next is shorter.</param>
        public void Failed(Upload upload, bool tookTooLong, TimeSpan pause, long now)
        {
            if (tookTooLong && upload.Content.Length <= Most)
            {
                Most = Math.Max(1, upload.Content.Length / 2);
            }
            else if (tookTooLong)
            {
                _tooLong = (upload.Day, upload.Content.Length); // it went alone, which says nothing of shorter ones
            }

            Unsettled = tookTooLong ? null : upload;
            Pause = Pause == default ? pause : 2 * Pause < LongestPause ? 2 * Pause : LongestPause;
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
