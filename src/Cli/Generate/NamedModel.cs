using Understudy.Cli.Shell;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Generate;

/// <summary>What <c>--model</c> names, with what can go ahead of it.</summary>
/// <param name="Calls">How its task asks and answers; null for plain text.</param>
internal sealed record NamedModel(Understudies Models, FunctionCallTask? Calls) : IDisposable
{
    public const string Lead = "lead", Draft = "draft";

    /// <param name="name"><c>lead</c> or <c>draft</c> of the first generation task, a generation task, or an ONNX file.</param>
    /// <exception cref="CommandFailedException">There is no such model; the message says what there is.</exception>
    public static NamedModel Open(ReleaseCatalog catalog, string name)
    {
        if (name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            return new(new(LanguageModel.Load(name)), null);
        }

        string[] tasks = [.. catalog.ValidTasks().Where(task => task.Kind == "generation").Select(task => task.Name)];
        if (tasks.Contains(name))
        {
            return OfTask(Understudies.Open(LanguageModelRelease.Open(catalog, name)), catalog.Task(name));
        }

        var first = tasks.FirstOrDefault(task => catalog.ValidPointer(task, "stable") is not null);
        if (first is null || name is not (Lead or Draft))
        {
            string[] known = first is null ? tasks : [Lead, Draft, .. tasks];
            throw new CommandFailedException($"There is no language model '{name}'. There are: {string.Join(", ", [.. known, "the path of an .onnx file"])}.");
        }

        var release = LanguageModelRelease.Open(catalog, first);
        return name == Lead
            ? new(Understudies.Open(release), null)
            : new(new(LanguageModel.Load(release.Draft ?? throw new CommandFailedException($"The release of '{first}' has no draft. Use --model lead."))), null);
    }

    private static NamedModel OfTask(Understudies models, TaskDefinition task)
    {
        try
        {
            return new(models, new(task, models.Target.Tokenizer));
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    public void Dispose() => Models.Dispose();
}
