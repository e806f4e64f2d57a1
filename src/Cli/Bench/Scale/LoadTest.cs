using System.Diagnostics;
using System.Net.Http.Json;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Bench.Scale;

/// <summary>Sends real requests to a running host: the same texts, in another order every time, so that no run has the longer ones.</summary>
internal sealed class LoadTest(HttpClient http, string task, IReadOnlyList<string> texts, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>
    /// One after the other, with pauses as long as those between requests that come at random: without them caches stay warm and threads awake,
    /// and a request takes about two thirds of the time.
    /// </summary>
    /// <param name="taken">What each text takes, in milliseconds, in the order of the texts: set for those that are sent.</param>
    /// <param name="sent">Which texts.</param>
    public async Task OneByOneAsync(double[] taken, IEnumerable<int> sent, double perSecond, CancellationToken cancellationToken)
    {
        foreach (var text in sent)
        {
            await Task.Delay(TimeSpan.FromSeconds(Pause(perSecond)), cancellationToken);
            taken[text] = await SendAsync(text, cancellationToken);
        }
    }

    /// <summary>So many at once that the host always has something to do.</summary>
    /// <returns>Requests a second.</returns>
    public async Task<double> AtOnceAsync(int callers, CancellationToken cancellationToken)
    {
        var work = Shuffled();
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            for (int mine; (mine = Interlocked.Increment(ref next)) < work.Length;)
            {
                await SendAsync(work[mine], cancellationToken);
            }
        }));
        return work.Length / clock.Elapsed.TotalSeconds;
    }

    /// <summary>At random times (Poisson), whether or not earlier ones are answered; each text twice.</summary>
    /// <returns>In the order of sending, which may be later than meant where the machine was busy.</returns>
    public async Task<IReadOnlyList<SentRequest>> AtRandomAsync(double perSecond, CancellationToken cancellationToken)
    {
        var sent = new List<(int Text, double At, Task<double> Taken)>(2 * texts.Count);
        var clock = Stopwatch.StartNew();
        var due = 0.0;
        foreach (var text in (IEnumerable<int>)[.. Shuffled(), .. Shuffled()])
        {
            due += Pause(perSecond);
            while (due - clock.Elapsed.TotalSeconds is > 0 and var wait)
            {
                await Task.Delay(TimeSpan.FromSeconds(wait), cancellationToken);
            }

            sent.Add((text, clock.Elapsed.TotalMilliseconds, SendAsync(text, cancellationToken)));
        }

        await Task.WhenAll(sent.Select(one => one.Taken));
        return sent.ConvertAll(one => new SentRequest(one.Text, one.At, one.Taken.Result));
    }

    /// <summary>The numbers of all texts.</summary>
    public int[] Shuffled()
    {
        int[] shuffled = [.. Enumerable.Range(0, texts.Count)];
        _random.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>In seconds.</summary>
    private double Pause(double perSecond) => -Math.Log(1 - _random.NextDouble()) / perSecond;

    private async Task<double> SendAsync(int number, CancellationToken cancellationToken)
    {
        var text = texts[number];
        var start = Stopwatch.GetTimestamp();
        using var response = await http.PostAsJsonAsync($"/api/tasks/{task}/infer", new { input = text }, cancellationToken);
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? Stopwatch.GetElapsedTime(start).TotalMilliseconds
            : throw new CommandFailedException($"The host answered with {(int)response.StatusCode}. Look at the task's release, and try again.");
    }
}
