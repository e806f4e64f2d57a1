using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Lessons;

/// <summary>
/// Turns what a site found hard into lessons. What the lead does not answer is asked again, a few times over two days since it last answered any: it may be
/// away, and a site can write what no lead answers. Returns how many lessons there are.
/// </summary>
internal sealed class TeachFromEdgeWorkflow : Workflow<HardExamplesInput, int>
{
    private const int MostAttempts = 9;
    private const int PauseGrows = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);

    public override async Task<int> RunAsync(WorkflowContext context, HardExamplesInput input)
    {
        var (lessons, judged, pause) = (0, new List<string>(), FirstPause);
        for (var attempt = 1; ; attempt++)
        {
            var taught = await context.CallActivityAsync(WorkflowNames.TeachFromEdgeStep, input with { Judged = [.. judged] }, StepRetry.Policy);
            lessons += taught.Lessons;
            judged.AddRange(taught.Judged);
            (attempt, pause) = taught.Judged.Count > 0 ? (0, FirstPause) : (attempt, pause);
            if (taught.Left == 0)
            {
                return lessons;
            }

            if (attempt == MostAttempts)
            {
                throw new TimeoutException(
                    $"The lead of '{input.Task}' did not answer {taught.Left} hard examples of site '{input.Site}' in {MostAttempts} attempts in a row; they stay in '{input.Blob}' until storage deletes it by age.");
            }

            await context.CreateTimer(context.CurrentUtcDateTime + pause);
            pause *= PauseGrows;
        }
    }
}
