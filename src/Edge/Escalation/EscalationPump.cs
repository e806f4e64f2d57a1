using Azure;
using Microsoft.Extensions.Options;
using Understudy.Edge.Releases;
using Understudy.Edge.Reports;
using Understudy.Inference.Leads;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Escalation;

/// <summary>Empties the queue: the cloud is asked about what waits where it may be, else it goes up as hard examples, within the day's bytes.</summary>
internal sealed class EscalationPump(EscalationQueue queue, CloudClient cloud, HardExamples examples, TaskAccounts accounts, IOptions<EdgeOptions> options, TimeProvider time)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PollSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PumpAsync(stoppingToken);
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException or LeadAwayException or IOException)
            {
                // The line is down: what waits goes on waiting.
            }
        }
    }

    /// <summary>Once through the queue.</summary>
    internal async Task PumpAsync(CancellationToken cancellationToken)
    {
        foreach (var task in queue.Tasks)
        {
            if (!cloud.IsAllowed)
            {
                await examples.UploadAsync(task, cancellationToken);
                continue;
            }

            while (queue.Peek(task, CloudClient.MostInputs) is { Count: > 0 } waiting)
            {
                var answers = await cloud.AskAsync(task, [.. waiting.Select(input => input.Text)], cancellationToken);
                if (answers.All(answer => answer.Receipt.Degraded))
                {
                    break; // the cloud's lead is away itself
                }

                foreach (var (input, answer) in waiting.Zip(answers))
                {
                    accounts.Add(task, new SiteCounts { Escalated = 1, Agreed = answer.Label == input.Label ? 1 : 0 });
                    queue.Remove(input);
                }
            }
        }
    }
}
