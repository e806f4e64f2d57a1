using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Cli.Edge;
using Understudy.Cli.Shell;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Sites;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Rollouts;

namespace Understudy.Cli.Demo;

/// <summary>An edge site: its agent as a process of its own. It updates over the host's storage, and answers when the host is gone.</summary>
internal sealed class EdgeSite : IAsyncDisposable
{
    private const string Name = "demo-site";
    private const string Ready = "listening on ";
    private const int Chunk = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;
    private readonly HttpClient _http;

    private EdgeSite(Process process, Uri address)
    {
        _process = process;
        _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public int Id => _process.Id;

    /// <exception cref="CommandFailedException">The agent ended, or did not serve in time.</exception>
    public static async Task<EdgeSite> StartAsync(string data, string storage, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [EdgeFiles.Find(), "--site", Name, "--urls", "http://127.0.0.1:0", "--data", data, "--Edge:PollSeconds=0.2", "--Edge:BodyBytes=67108864", "--Logging:LogLevel:Default=Error"])
        {
            RedirectStandardOutput = true,
            Environment = { ["UNDERSTUDY_Edge__Storage"] = storage },
        };
        var process = Process.Start(start)!;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith(Ready, StringComparison.Ordinal))
                {
                    _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                    return new(process, new(line[Ready.Length..]));
                }
            }

            throw new CommandFailedException("The edge agent ended before it served.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await EndAsync(process);
            throw new CommandFailedException($"The edge agent did not serve within {Patience.TotalSeconds:0} s.");
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    /// <summary>Lets the host roll a release out to the site.</summary>
    /// <returns>What the site says of itself afterwards.</returns>
    /// <exception cref="CommandFailedException">The rollout went back.</exception>
    public async Task<SiteStatus> UpdateAsync(HttpClient host, string version, CancellationToken cancellationToken)
    {
        var rollout = await RemoteRollout.StartAsync(host, DemoPlan.Task, new(version, [Name], SoakMinutes: 0, PatienceMinutes: 1), cancellationToken);
        var result = await rollout.FollowAsync(_ => { }, cancellationToken);
        if (result.Outcome != RolloutResult.Completed || result.Updated.Count != 1)
        {
            throw new CommandFailedException($"The rollout to the edge site is {result.Outcome}: {result.Reason ?? "the site did not answer"}");
        }

        return await StatusAsync(cancellationToken);
    }

    /// <summary>Waits until the site serves a release that came to it without anybody asking.</summary>
    /// <returns>What the site says of itself then.</returns>
    /// <exception cref="CommandFailedException">It does not come.</exception>
    public async Task<SiteStatus> TakenAsync(string version, CancellationToken cancellationToken)
    {
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < Patience; await Task.Delay(Pause, cancellationToken))
        {
            if (await StatusAsync(cancellationToken) is { } status && status.Version == version)
            {
                return status;
            }
        }

        throw new CommandFailedException($"Release {version} did not come to the edge site within {Patience.TotalSeconds:0} s.");
    }

    private async Task<SiteStatus> StatusAsync(CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<List<SiteStatus>>("/status", SiteJson.Options, cancellationToken))!.Single();

    /// <summary>The site's labels by mail.</summary>
    public async Task<IReadOnlyDictionary<string, string>> AnswerAsync(IReadOnlyList<TestMail> mails, Action<int> done, CancellationToken cancellationToken)
    {
        var labels = new Dictionary<string, string>();
        foreach (var chunk in mails.Chunk(Chunk))
        {
            using var response = await _http.PostAsJsonAsync("/infer", new { inputs = chunk.Select(mail => mail.Text) }, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new CommandFailedException($"The edge site answered with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
            }

            var answers = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            foreach (var (mail, answer) in chunk.Zip(answers.GetProperty("answers").EnumerateArray()))
            {
                labels[mail.Id] = answer.Deserialize<Answer>(DurableJson.Options)!.Label!;
            }

            done(labels.Count);
        }

        return labels;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await EndAsync(_process);
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            Termination.Ask(process);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        process.Dispose();
    }
}
