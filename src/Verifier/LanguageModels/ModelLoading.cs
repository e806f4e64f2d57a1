using Microsoft.Extensions.Options;
using Understudy.Inference.Classification;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tokenization;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.LanguageModels;

/// <summary>Loads every model while the service already answers its probes. One that cannot be loaded does not keep the others from serving.</summary>
internal sealed partial class ModelLoading(ModelSources sources, ModelShelf shelf, IOptions<SchedulingOptions> options, IOptions<DecoderSettings> decoder, ILogger<ModelLoading> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the server starts meanwhile
        var problems = new List<string>();
        var found = sources.Find(problems);
        problems.ForEach(Fail);
        foreach (var source in found)
        {
            stoppingToken.ThrowIfCancellationRequested();
            Load(source);
        }

        if (found.Count == 0)
        {
            Fail("there is no language model: the models folder has no generation task with a stable release, and the section 'Serve' names none. Train one, or name an ONNX file with --Serve:NAME:Path=FILE");
        }

        shelf.Complete();
    }

    private void Load(ModelSource source)
    {
        LanguageModel? model = null, draft = null;
        MedusaHeads? heads = null;
        CallTagger? tagger = null;
        try
        {
            model = LanguageModel.Load(source.Model, decoder.Value.Options);
            if (source.Draft is not null && !model.Decoder.SupportsTrees)
            {
                GoesAlone(source.Names[0], source.Draft);
            }
            else if (source.Draft is not null)
            {
                draft = LanguageModel.Load(source.Draft, decoder.Value.Options);
            }

            heads = source.Medusa is null ? null : MedusaHeads.Load(source.Medusa);
            tagger = source.Tagger is null ? null : CallTagger.Load(source.Tagger);
            shelf.Add(source, new(source.Names[0], new(model, draft, heads, tagger), options.Value.Speculate, File.GetLastWriteTimeUtc(source.Model)));
            Loaded(string.Join(", ", source.Names), source.Model, model.Decoder.Vocabulary, model.Decoder.MaxTokens);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            model?.Dispose();
            draft?.Dispose();
            heads?.Dispose();
            tagger?.Dispose();
            Fail($"{source.Names[0]}: {Reason(error, source)}");
        }
    }

    /// <summary>What the library found says what to do; a file may be wrong in ways that nobody foresaw.</summary>
    private static string Reason(Exception error, ModelSource source) => error is ModelInvalidException or TokenizerInvalidException or IOException or UnauthorizedAccessException
        ? error.Message
        : $"'{Path.GetFileName(source.Model)}' or a file beside it cannot be used. Export it again, or leave it out. ({error.GetType().Name}: {error.Message.Trim()})";

    private void Fail(string problem)
    {
        shelf.Fail(problem);
        NotServed(problem);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Serving {Names}: {Path}, {Vocabulary} tokens, context {Context}.")]
    private partial void Loaded(string names, string path, int vocabulary, int context);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name}: the draft {Draft} is not loaded: a graph of the Hugging Face tools cannot score the trees it makes. Leave the draft out; prompt lookup goes ahead by itself.")]
    private partial void GoesAlone(string name, string draft);

    [LoggerMessage(Level = LogLevel.Error, Message = "Not served: {Problem}")]
    private partial void NotServed(string problem);
}
