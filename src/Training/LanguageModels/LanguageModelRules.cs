using Understudy.Inference.Speculation;
using Understudy.Training.Decoders;
using Understudy.Training.Onnx;
using Understudy.Training.Recipes;

namespace Understudy.Training.LanguageModels;

/// <summary>What a language model's recipe must satisfy before hours are spent on it.</summary>
internal static class LanguageModelRules
{
    /// <exception cref="RecipeInvalidException">With the first problem.</exception>
    public static void Check(LanguageModelRecipe recipe)
    {
        CheckLists(recipe);
        CheckNumbers(recipe);
        CheckRecords(recipe);
        CheckSeeds(recipe);
        try
        {
            SpeculationNames.Read(recipe.Speculation, Understudies.Names);
        }
        catch (ArgumentException error)
        {
            throw new RecipeInvalidException($"In the recipe, {error.Message}");
        }

        if (recipe.Tagger is { } tagger && (tagger.Width % tagger.Heads != 0 || tagger.Embedding % tagger.Heads != 0))
        {
            throw new RecipeInvalidException("The recipe's 'tagger' needs a 'width' and an 'embedding' that its 'heads' divide.");
        }

        foreach (var (name, model) in new[] { ("lead", recipe.Lead), ("draft", recipe.Draft) })
        {
            if (model.FurtherTraining.Any(training => training.Dropout != model.Training.Dropout))
            {
                throw new RecipeInvalidException($"The trainings of the {name} have not all the same 'dropout', which belongs to the model. Make them the same.");
            }
        }

        if (recipe.Draft.LastTraining.Readings != recipe.Lead.LastTraining.Readings)
        {
            throw new RecipeInvalidException(
                $"The draft's last training has {recipe.Draft.LastTraining.Readings} 'readings', the lead's {recipe.Lead.LastTraining.Readings}. Both read the same prompt: make them the same.");
        }
    }

    /// <param name="tokens">Of the recipe's running text.</param>
    /// <exception cref="RecipeInvalidException">They are too few for a row.</exception>
    public static void CheckText(LanguageModelRecipe recipe, int tokens)
    {
        var longest = recipe.Lead.Trainings.Concat(recipe.Draft.Trainings)
            .Where(training => training.TextFirst > 0 || training.TextEvery > 0)
            .Select(training => training.TextTokens)
            .Append(recipe.Medusa is not null && recipe.Text.Count > 0 ? recipe.Lead.LastTraining.TextTokens : 0)
            .Max();
        // Rows begin anywhere in the first so many tokens.
        if (tokens < 2 * longest)
        {
            throw new RecipeInvalidException($"The recipe's 'text' has {tokens:N0} tokens, and rows of {longest:N0} ('textTokens') are read from it, which takes twice as many. Name more text, lower 'textTokens', or leave 'text' out and set 'textFirst' and 'textEvery' to 0.");
        }
    }

    private static void CheckLists(LanguageModelRecipe recipe)
    {
        var lists = new (string Field, IEnumerable<object?> Entries)[]
        {
            ("text", recipe.Text),
            ("devText", recipe.DevText),
            ("testText", recipe.TestText),
            ("records", recipe.Records),
            ("devRecords", recipe.DevRecords),
            ("testRecords", recipe.TestRecords),
            ("lead.furtherTraining", recipe.Lead.FurtherTraining),
            ("draft.furtherTraining", recipe.Draft.FurtherTraining),
        };
        if (lists.FirstOrDefault(list => list.Entries.Contains(null)).Field is { } field)
        {
            throw new RecipeInvalidException($"In the recipe, '{field}' has an entry that is null. Give it a value, or take it out.");
        }
    }

    private static void CheckSeeds(LanguageModelRecipe recipe)
    {
        var trainings = recipe.Lead.Trainings.Select(training => ("lead", (int?)training.Seed))
            .Concat(recipe.Draft.Trainings.Select(training => ("draft", (int?)training.Seed)))
            .Append(("tagger", recipe.Tagger?.Seed))
            .Append(("refinement", recipe.Refinement?.Seed));
        if (RecipeRules.OwnSeeds(trainings).FirstOrDefault() is { } problem)
        {
            throw new RecipeInvalidException($"In the recipe, {problem}");
        }
    }

    private static void CheckNumbers(LanguageModelRecipe recipe)
    {
        var fewest = RequestVocabulary.Training(recipe.Vocabulary, recipe.Teaching).FewestTokens;
        var problems = FieldRange.Problems(
                at: null,
                ("vocabulary", recipe.Vocabulary, new($"at least {fewest}, one for each byte and each special token", value => value >= fewest)),
                ("callWeight", recipe.CallWeight, FieldRange.NotNegative))
            .Concat(Numbers("lead", recipe.Lead)).Concat(Numbers("draft", recipe.Draft));
        if (recipe.Medusa is { } medusa)
        {
            problems = problems.Concat(FieldRange.Problems(
                "medusa",
                ("heads", medusa.Heads, FieldRange.AtLeastOne),
                ("guesses", medusa.Guesses, FieldRange.NotNegative),
                ("steps", medusa.Steps, FieldRange.AtLeastOne),
                ("rate", medusa.Rate, FieldRange.AboveZero),
                ("discount", medusa.Discount, FieldRange.AboveZero)));
        }

        if (recipe.Refinement is { } refinement)
        {
            problems = problems.Concat(FieldRange.Problems(
                "refinement",
                ("steps", refinement.Steps, FieldRange.AtLeastOne),
                ("rows", refinement.Rows, FieldRange.AtLeastOne),
                ("rate", refinement.Rate, FieldRange.AboveZero),
                ("weightDecay", refinement.WeightDecay, FieldRange.NotNegative),
                ("clip", refinement.Clip, FieldRange.AboveZero),
                ("teacherShare", refinement.TeacherShare, FieldRange.Share),
                ("rewardLimit", refinement.RewardLimit, FieldRange.AboveZero),
                ("rowWeight", refinement.RowWeight, FieldRange.NotNegative),
                ("answerTokens", refinement.AnswerTokens, FieldRange.AtLeastOne)));
        }

        if (recipe.Tagger is { } tagger)
        {
            problems = problems.Concat(FieldRange.Problems(
                "tagger",
                ("embedding", tagger.Embedding, FieldRange.AtLeastOne),
                ("width", tagger.Width, FieldRange.AtLeastOne),
                ("layers", tagger.Layers, FieldRange.AtLeastOne),
                ("heads", tagger.Heads, FieldRange.AtLeastOne),
                ("feedForward", tagger.FeedForward, FieldRange.AtLeastOne),
                ("maxTokens", tagger.MaxTokens, FieldRange.AtLeastOne),
                ("epochs", tagger.Epochs, FieldRange.AtLeastOne),
                ("batchTexts", tagger.BatchTexts, FieldRange.AtLeastOne),
                ("weight", tagger.Weight, new("at least 0 and below 1000", value => value is >= 0 and < 1000)),
                ("rate", tagger.Rate, FieldRange.AboveZero),
                ("weightDecay", tagger.WeightDecay, FieldRange.NotNegative),
                ("dropout", tagger.Dropout, FieldRange.BelowOne),
                ("tokenDropout", tagger.TokenDropout, FieldRange.BelowOne),
                ("swapValues", tagger.SwapValues, FieldRange.Share),
                ("randomOpenValues", tagger.RandomOpenValues, FieldRange.Share)));
        }

        if (problems.ToList() is { Count: > 0 } all)
        {
            throw new RecipeInvalidException($"In the recipe, {string.Join(' ', all)}");
        }
    }

    private static IEnumerable<string> Numbers(string name, DecoderRecipe model) =>
    [
        .. Sizes(name, model),
        .. TrainingRules.Problems($"{name}.training", model.Training),
        .. model.FurtherTraining.SelectMany((training, index) => TrainingRules.Problems($"{name}.furtherTraining[{index}]", training)),
    ];

    /// <summary>What cannot be built, or not be exported once it has been trained.</summary>
    private static IEnumerable<string> Sizes(string name, DecoderRecipe model) => FieldRange.Problems(
        name,
        ("width", model.Width, FieldRange.AtLeastOne),
        ("layers", model.Layers, FieldRange.AtLeastOne),
        ("kvHeads", model.KvHeads, FieldRange.AtLeastOne),
        ("heads", model.Heads, new("a multiple of 'kvHeads'", value => value >= 1 && (model.KvHeads < 1 || value % model.KvHeads == 0))),
        ("headDim", model.HeadDim, new($"a multiple of {DecoderExport.HeadDimStep}", value => value >= 1 && value % DecoderExport.HeadDimStep == 0)),
        ("feedForward", model.FeedForward, FieldRange.AtLeastOne),
        ("maxTokens", model.MaxTokens, FieldRange.AtLeastOne));

    private static void CheckRecords(LanguageModelRecipe recipe)
    {
        if (recipe.Calls is null && recipe.Records.Count == 0)
        {
            throw new RecipeInvalidException("The recipe names nothing to learn from. Give it 'records', files of {\"text\":\"…\",\"completion\":\"…\"}, or 'calls'.");
        }

        if (recipe.Records.Count == 0 && recipe.DevRecords.Count + recipe.TestRecords.Count > 0)
        {
            throw new RecipeInvalidException("The recipe has 'devRecords' or 'testRecords' and no 'records' to learn from. Name some, or leave the others out.");
        }

        if (recipe.Calls is null && (recipe.DevCalls ?? recipe.TestCalls) is not null)
        {
            throw new RecipeInvalidException("The recipe has 'devCalls' or 'testCalls' and no 'calls' to learn from. Name some, or leave the others out.");
        }

        if (recipe.Teaching == RecordTeaching.Rationales && recipe.Calls is not null)
        {
            throw new RecipeInvalidException("The recipe teaches by rationales, and its 'calls' have none. Leave 'calls' out, or set 'teaching' to 'answers'.");
        }

        if (recipe.Tagger is not null && recipe.Calls is null)
        {
            throw new RecipeInvalidException("The recipe's 'tagger' learns from 'calls', and there are none. Leave 'tagger' out, or name a file of requests with BIO tags.");
        }

        foreach (var (name, model) in new[] { ("lead", recipe.Lead), ("draft", recipe.Draft) })
        {
            if (recipe.Text.Count == 0 && model.Trainings.Any(training => training.TextFirst > 0 || training.TextEvery > 0))
            {
                throw new RecipeInvalidException($"A training of the {name} reads running text ('textFirst', 'textEvery'), and the recipe names none. Set both to 0, or name files in 'text'.");
            }

            // Rows of held-out text are read by both models, whatever a training reads; and what the lead's heads learn from has text in it.
            var isHeldOut = recipe.DevText.Count + recipe.TestText.Count > 0;
            var context = isHeldOut ? Math.Min(recipe.Lead.MaxTokens, recipe.Draft.MaxTokens) : model.MaxTokens;
            if (model.Trainings.FirstOrDefault(training => (isHeldOut || training.TextFirst > 0 || training.TextEvery > 0 || (name == "lead" && recipe.Text.Count > 0))
                && (training.TextRows < 1 || training.TextTokens > context)) is { } text)
            {
                throw new RecipeInvalidException($"A training of the {name} has 'textRows' {text.TextRows} and 'textTokens' {text.TextTokens}. Make the first at least 1 and the second 1 to {context}, which {(isHeldOut ? "both models take" : "it takes")} ('maxTokens').");
            }
        }
    }
}
