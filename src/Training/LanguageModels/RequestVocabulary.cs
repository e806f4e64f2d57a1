using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;
using Understudy.Training.Decoders;

namespace Understudy.Training.LanguageModels;

/// <summary>The vocabulary of a recipe's models: made from its running text and, as often as the recipe says, its requests and their answers.</summary>
internal static class RequestVocabulary
{
    public static TextTokenizer Train(LanguageModelRecipe recipe, LanguageModelData data, CancellationToken cancellationToken)
    {
        var requests = data.Calls.SelectMany(request => new[] { request.Text, request.Call.ToJson() }).Concat(data.Records.Records.SelectMany(pair => Texts(pair.Record, recipe.Teaching)));
        return Train(data.Text.Concat(Enumerable.Repeat(requests, recipe.CallWeight).SelectMany(same => same)), recipe.Vocabulary, recipe.Teaching, cancellationToken);
    }

    public static TextTokenizer Train(IEnumerable<string> texts, int tokens, RecordTeaching teaching, CancellationToken cancellationToken) =>
        BpeTrainer.Train(texts, Training(tokens, teaching), cancellationToken);

    public static BpeTraining Training(int tokens, RecordTeaching teaching) =>
        new() { Vocabulary = tokens, SpecialTokens = teaching == RecordTeaching.Rationales ? FunctionCallPrompt.SpecialTokensWithReasons : FunctionCallPrompt.SpecialTokens };

    /// <summary>What a model reads and writes of a record.</summary>
    public static IEnumerable<string> Texts(CompletionRecord record, RecordTeaching teaching) =>
        teaching == RecordTeaching.Rationales && record.Rationale is not null ? [FunctionCallPrompt.Normal(record.Text), record.Rationale, record.Completion] : [FunctionCallPrompt.Normal(record.Text), record.Completion];
}
