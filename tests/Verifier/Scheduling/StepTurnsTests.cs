using Microsoft.Extensions.Options;
using Understudy.Inference.Decoding;
using Understudy.Tests;
using Understudy.Training.Onnx;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.Tests.Scheduling;

public sealed class StepTurnsTests
{
    [Fact]
    public async Task Take_SeveralInLine_ServesThemInTurn()
    {
        using var turns = new StepTurns(Options.Create(new SchedulingOptions()));
        var order = new List<int>();
        var held = await turns.TakeAsync(TestContext.Current.CancellationToken);
        var runs = Enumerable.Range(0, 3).Select(RunAsync).ToArray();
        Assert.Equal(3, turns.Waiting);
        held.Dispose();
        await Task.WhenAll(runs);
        Assert.Equal([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], order);

        async Task RunAsync(int who)
        {
            for (var step = 0; step < 4; step++)
            {
                using (await turns.TakeAsync(TestContext.Current.CancellationToken))
                {
                    order.Add(who);
                    if (turns.Waiting < 2 && step < 3)
                    {
                        await Eventually.TrueAsync(() => turns.Waiting == 2, "the others were in line again");
                    }
                }
            }
        }
    }

    /// <summary>A generation has an export read anew what its last pass over the whole prompt read.</summary>
    /// <param name="expected">Tokens that the generation finds.</param>
    [Theory]
    [InlineData(48, 32)]
    [InlineData(49, 32)]
    [InlineData(50, 48)]
    public async Task ReadPrompt_Export_LeavesWhatTheGenerationFinds(int tokens, int expected)
    {
        using var folder = new TemporaryFolder();
        using var model = LanguageModel.Load(TinyModels.Write(folder.At("export"), family: DecoderFamily.HuggingFace));
        using var turns = new StepTurns(Options.Create(new SchedulingOptions { PromptTokensPerTurn = 16 }));
        using var session = model.NewSession();
        int[] prompt = [.. Enumerable.Range(1, tokens)];

        await turns.ReadPromptAsync(session, prompt, TestContext.Current.CancellationToken);
        Assert.Equal(expected, session.Length);
        using var generation = new Generation(session, prompt, new());
        Assert.Equal(expected, session.Length);
    }

    [Fact]
    public async Task Take_Cancelled_LeavesTheLine()
    {
        using var turns = new StepTurns(Options.Create(new SchedulingOptions()));
        using var cancel = new CancellationTokenSource();
        var held = await turns.TakeAsync(TestContext.Current.CancellationToken);
        var waiting = turns.TakeAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal((0, 1L), (turns.Waiting, turns.Taken));
        held.Dispose();
        (await turns.TakeAsync(TestContext.Current.CancellationToken)).Dispose();
    }
}
