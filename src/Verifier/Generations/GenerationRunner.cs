using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Understudy.Inference.Decoding;
using Understudy.Verifier.LanguageModels;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.Generations;

/// <summary>Runs a generation in turns with others: every pass of the model is one turn, and a long prompt is several.</summary>
internal sealed class GenerationRunner(StepTurns turns, VerifierTelemetry telemetry, IOptions<SchedulingOptions> options, TimeProvider time)
{
    /// <param name="arrived">When the request came, for the time to the first token; null where another output of it had that.</param>
    /// <param name="samePrompt">Whether the prompt is counted already.</param>
    /// <exception cref="SequenceTooLongException">The prompt leaves no room for a token.</exception>
    /// <exception cref="GenerationOptionsInvalidException">With everything that is out of its limits.</exception>
    public async IAsyncEnumerable<GenerationStep> RunAsync(
        ServedModel model, int[] prompt, GenerationOptions generate, long? arrived, bool samePrompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        generate.Validate();
        if (prompt.Length >= model.MaxTokens)
        {
            throw new SequenceTooLongException(prompt.Length + 1, model.MaxTokens);
        }

        var cached = await ReadPromptAsync(model.Model, prompt, generate.Sampling, cancellationToken);

        // When a draft guesses right depends on timing, and with it which random numbers are drawn: a seed is a promise to draw the same.
        using var speculator = generate.Sampling is { IsGreedy: false, Seed: not null } ? null : model.NewSpeculator();
        using var generation = model.Model.Generate(prompt, generate, speculator);
        var first = 0L;
        try
        {
            while (generation.Finish == FinishReason.None)
            {
                GenerationStep step;
                using (await turns.TakeAsync(cancellationToken))
                {
                    var tokens = generation.Advance(out var text);
                    step = new(text, [.. tokens], generation.Finish, generation.Statistics, cached >= 0 ? cached : generation.Statistics.ReusedTokens);
                }

                if (first == 0)
                {
                    first = time.GetTimestamp();
                    if (arrived is { } began)
                    {
                        telemetry.FirstToken(model.Name, time.GetElapsedTime(began, first));
                    }
                }

                yield return step;
            }
        }
        finally
        {
            telemetry.Generated(model.Name, generation.Finish, generation.Statistics, samePrompt, first == 0 ? TimeSpan.Zero : time.GetElapsedTime(first));
        }
    }

    /// <summary>
    /// Reads all but the last part of a long prompt, so that nobody waits for the whole of it, and gives how much was cached before: what
    /// is read lies with the model when the generation begins. Nothing is done for a short one; then the answer is −1.
    /// </summary>
    private async ValueTask<int> ReadPromptAsync(LanguageModel model, int[] prompt, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        if (prompt.Length <= options.Value.PromptTokensPerTurn)
        {
            return -1;
        }

        var session = model.Rent(prompt, sampling.IsRepeatable);
        try
        {
            if (sampling.IsRepeatable)
            {
                session.ForgetRounded(prompt); // as the generation would, which is to find what is read here
            }

            return await turns.ReadPromptAsync(session, prompt, cancellationToken);
        }
        finally
        {
            model.Return(session);
        }
    }
}
