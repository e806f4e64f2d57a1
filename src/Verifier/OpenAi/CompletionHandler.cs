using System.Text;
using Understudy.Inference.OpenAi;
using Understudy.Verifier.Generations;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.OpenAi;

/// <summary>Answers a completion request that has been read, whole or as a stream of events.</summary>
internal sealed class CompletionHandler(Admission admission, GenerationRunner runner, Drain drain, VerifierTelemetry telemetry, TimeProvider time)
{
    public async Task AnswerAsync(HttpContext http, CompletionCall call, ICompletionForm form)
    {
        var arrived = time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, drain.Expired);
        using var place = await admission.EnterAsync(stop.Token);
        call = call.Compiled();
        var head = new CompletionHead($"{(form is ChatForm ? "chatcmpl" : "cmpl")}-{Guid.NewGuid():N}", time.GetUtcNow().ToUnixTimeSeconds(), call.ModelName);
        await (call.Stream ? StreamAsync(http, call, form, head, arrived, stop.Token) : WholeAsync(http, call, form, head, arrived, stop.Token));
        telemetry.Answered(form.Operation, call.Model.Name, time.GetElapsedTime(arrived));
    }

    private async Task WholeAsync(HttpContext http, CompletionCall call, ICompletionForm form, CompletionHead head, long arrived, CancellationToken cancellationToken)
    {
        var outputs = new List<ICompletionForm.Output>();
        var usage = Usage.None;
        foreach (var prompt in call.Prompts)
        {
            for (var choice = 0; choice < call.Choices; choice++)
            {
                var (text, logProbabilities, last) = (new StringBuilder(), NewList(call, prompt), default(GenerationStep)!);
                await foreach (var step in runner.RunAsync(call.Model, prompt, call.OptionsOf(choice), outputs.Count == 0 ? arrived : null, samePrompt: choice > 0, cancellationToken))
                {
                    text.Append(step.Text);
                    logProbabilities?.Add(step.Tokens, text.Length);
                    last = step;
                }

                outputs.Add(new(text, logProbabilities, last));
                usage = usage.With(last.Statistics, last.CachedTokens, choice > 0);
            }
        }

        await http.Response.WriteAsJsonAsync(form.Whole(head, outputs, usage), OpenAiJson.Options, http.RequestAborted); // whole, also when the time is up meanwhile
    }

    private async Task StreamAsync(HttpContext http, CompletionCall call, ICompletionForm form, CompletionHead head, long arrived, CancellationToken cancellationToken)
    {
        var events = new EventStream(http.Response);
        var usage = Usage.None;
        for (var index = 0; index < call.Prompts.Count * call.Choices; index++)
        {
            var choice = index % call.Choices;
            var prompt = call.Prompts[index / call.Choices];
            var (length, logProbabilities, opened) = (0, NewList(call, prompt), false);
            await foreach (var step in runner.RunAsync(call.Model, prompt, call.OptionsOf(choice), index == 0 ? arrived : null, samePrompt: choice > 0, cancellationToken))
            {
                if (!opened && form.Opening(head, index) is { } opening)
                {
                    await events.WriteAsync(opening);
                }

                opened = true;
                length += step.Text.Length;
                var finish = step.Finish.Word();
                logProbabilities?.Add(step.Tokens, length);
                if (step.Text.Length > 0 || finish is not null)
                {
                    await events.WriteAsync(form.Piece(head, index, step.Text, logProbabilities, finish));
                }

                if (finish is not null)
                {
                    usage = usage.With(step.Statistics, step.CachedTokens, choice > 0);
                }
            }
        }

        if (call.IncludeUsage)
        {
            await events.WriteAsync(form.Closing(head, usage));
        }

        await events.CloseAsync();
    }

    private static LogProbabilityList? NewList(CompletionCall call, int[] prompt) =>
        call.Options.LogProbabilities is null ? null : new(prompt, call.Model.Model.Tokenizer, call.Options.EndTokens);
}
