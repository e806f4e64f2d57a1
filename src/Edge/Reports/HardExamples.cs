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

    /// <summary>Of one upload, in bytes: what a line of 2 KiB/s carries in the 30 seconds that a call may take.</summary>
    private const int MostBytes = 64 << 10;

    /// <summary>Of a record that is longer than that and goes alone: the cloud sets aside what is larger than its <c>Limits:ReportBytes</c>, 16 MiB by default.</summary>
    private const int LongestRecord = 8 << 20;

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

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

        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var day = FormattableString.Invariant($"{today:yyyy/MM/dd}");
        var longest = Math.Min(Math.Min(budget.Left, LongestRecord), course.Longest(today));
        var upload = course.Unsettled is { } last && last.Day == day && last.Content.Length <= longest ? last : Next(task, day, course.Most, longest, longer);
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
            course.Failed(upload, tookTooLong, TimeSpan.FromSeconds(options.Value.PollSeconds), time.GetTimestamp(), today);
            throw;
        }

        course.Arrived(upload.Content.Length);
        upload.Inputs.ForEach(queue.Remove);
        return upload.Inputs.Count;
    }

    /// <summary>The hardest that are short enough for the line together; where none is, the shortest goes alone, if it may.</summary>
    /// <param name="most">Bytes of an upload of several.</param>
    /// <param name="longest">Bytes of any.</param>
    /// <returns>Null when nothing waits that may go.</returns>
    private Upload? Next(string task, string day, int most, long longest, bool alone)
    {
        if (longest <= 0)
        {
            return null;
        }

        var (left, lines) = (Math.Min(longest, most), new StringBuilder());
        List<QueuedInput> sent = [];
        (QueuedInput Input, string Line, int Bytes)? shortest = null;
        long ReadUpTo() => sent.Count > 0 || !alone ? left : shortest?.Bytes ?? longest;
        foreach (var input in queue.Hardest(task, most: ReadUpTo))
        {
            var line = LineOf(input);
            var bytes = Encoding.UTF8.GetByteCount(line);
            if (bytes > left)
            {
                shortest = bytes <= longest && (shortest is null || bytes < shortest.Value.Bytes) ? (input, line, bytes) : shortest;
                continue; // a shorter one may still fit
            }

            left -= bytes;
            lines.Append(line);
            sent.Add(input);
            if (sent.Count == MostRecords)
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
        private (DateOnly Until, int Days, int Bytes)? _tooLong;

        /// <summary>What took too long alone since one as long arrived: its bytes, and those of all such attempts.</summary>
        private (int Bytes, int Together) _lost;

        /// <summary>Bytes of the next upload: half as many after one of no more took too long, an eighth more after one arrived, and more than that had.</summary>
        public int Most { get; private set; } = MostBytes;

        /// <summary>What may have arrived although nobody said so: it goes again as it is, so that it has the same name. One that goes alone has it anyway.</summary>
        public Upload? Unsettled { get; private set; }

        /// <summary>From <see cref="FailedAt"/> on; doubles.</summary>
        public TimeSpan Pause { get; private set; }

        /// <summary>A timestamp; null where the last one arrived.</summary>
        public long? FailedAt { get; private set; }

        /// <summary>Bytes that an upload may have: once what took too long alone has cost as much as an upload, what is as long waits a day, and twice as many each time.</summary>
        public int Longest(DateOnly day) => _tooLong is { } known && day < known.Until ? known.Bytes - 1 : int.MaxValue;

        public void Arrived(int bytes)
        {
            _tooLong = bytes >= _tooLong?.Bytes ? null : _tooLong;
            _lost = bytes >= _lost.Bytes ? default : _lost;
            Most = Math.Min((Math.Max(Most, bytes) * 9 / 8) + 1, MostBytes);
            (Unsettled, Pause, FailedAt) = (null, default, null);
        }

        /// <param name="tookTooLong">It would again: what goes next is shorter.</param>
        public void Failed(Upload upload, bool tookTooLong, TimeSpan pause, long now, DateOnly today)
        {
            var bytes = upload.Content.Length;
            if (tookTooLong && bytes <= Most)
            {
                Most = Math.Max(1, bytes / 2);
            }
            else if (tookTooLong && (Pause == default || bytes > MostBytes))
            {
                // It went alone, which says nothing of shorter ones; and where nothing has arrived since the last failure, nothing of its length.
                _lost = (bytes, bytes < _lost.Bytes ? bytes : _lost.Together + bytes);
                if (_lost.Together > MostBytes)
                {
                    var days = bytes >= _tooLong?.Bytes ? 2 * _tooLong.Value.Days : 1;
                    _tooLong = (today.AddDays(days), days, bytes);
                }
            }

            Unsettled = tookTooLong || bytes > MostBytes ? null : upload;
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
