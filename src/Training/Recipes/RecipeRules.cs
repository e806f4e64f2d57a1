using Understudy.Training.Distillation;

namespace Understudy.Training.Recipes;

/// <summary>What a recipe must satisfy before hours are spent on it.</summary>
internal static class RecipeRules
{
    /// <summary>A training's, where its recipe gives it none.</summary>
    private const int Seed = 17;

    /// <summary>Models that can be made smaller, in the order in which they are.</summary>
    public static IReadOnlyList<string> Compressible { get; } = [WorkFolder.Small, WorkFolder.Lead];

    /// <summary>What is wrong with trainings that have a seed of their own.</summary>
    /// <param name="trainings">By the field that each stands in, with its seed; null where there is no such training.</param>
    public static IEnumerable<string> OwnSeeds(IEnumerable<(string Field, int? Seed)> trainings) => trainings
        .Where(training => training.Seed is not (null or Seed))
        .Select(training => $"'{training.Field}' has a 'seed' of its own, {training.Seed}, which nothing reads. Leave it out: the recipe's 'seed' is for all.");

    /// <exception cref="RecipeInvalidException">With every problem.</exception>
    public static void Check(Recipe recipe)
    {
        var problems = Problems(recipe).ToList();
        if (problems.Count > 0)
        {
            throw new RecipeInvalidException($"The recipe of '{recipe.Task}': {string.Join(' ', problems)}");
        }
    }

    private static IEnumerable<string> Problems(Recipe recipe)
    {
        foreach (var (name, share) in new[] { ("calibrationShare", recipe.CalibrationShare), ("tuningShare", recipe.TuningShare) })
        {
            if (share is not (>= 0 and < 1))
            {
                yield return FormattableString.Invariant($"'{name}' is {share}; it must be at least 0 and below 1.");
            }
        }

        foreach (var problem in OwnSeeds([("lead", recipe.Lead.Seed), ("leadLinear", recipe.LeadLinear.Seed), ("small", recipe.Small.Seed), ("linear", recipe.Linear.Seed)]))
        {
            yield return problem;
        }

        foreach (var problem in Ranges(recipe))
        {
            yield return problem;
        }

        if (recipe.NewInputs is not (>= 0 and <= 100))
        {
            yield return FormattableString.Invariant($"'newInputs' is {recipe.NewInputs}; it must be 0 to 100.");
        }

        if (recipe.Novelty is { } bound && bound is not (> 0 and <= 1))
        {
            yield return FormattableString.Invariant($"'novelty' is {bound}; it must be above 0 and at most 1, or be left out.");
        }

        if (recipe.Small.AttentionWeight > 0 && recipe.LeadTokens < recipe.SmallShape.MaxTokens)
        {
            yield return FormattableString.Invariant($"'small.attentionWeight' is {recipe.Small.AttentionWeight} and 'leadTokens' is {recipe.LeadTokens}; the small student reads {recipe.SmallShape.MaxTokens} tokens, and a lead that shows it where to look reads as many. Raise 'leadTokens', or make the weight 0.");
        }

        foreach (var name in recipe.Compression.Keys.Except(Compressible))
        {
            yield return $"'compression' names '{name}'; it may name {string.Join(" and ", Compressible)}.";
        }

        foreach (var (name, choices) in recipe.Compression.Where(pair => Compressible.Contains(pair.Key)))
        {
            if (choices is null)
            {
                yield return $"'compression.{name}' is null. Give it an object, or leave it out for int8.";
                continue;
            }

            var problems = choices.Problems(name, hasNgrams: name == WorkFolder.Lead, isShared: name == WorkFolder.Small && recipe.SmallStart == StudentStart.Shared);
            foreach (var problem in problems)
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<string> Ranges(Recipe recipe) =>
    [
        .. TrainingRules.Problems("lead", recipe.Lead),
        .. TrainingRules.Problems("leadLinear", recipe.LeadLinear),
        .. TrainingRules.Problems("leadNgrams", recipe.LeadNgrams),
        .. TrainingRules.Problems("small", recipe.Small),
        .. recipe.SmallPretraining is { } pretraining ? TrainingRules.Problems("smallPretraining", pretraining) : [],
        .. TrainingRules.Problems("linear", recipe.Linear),
        .. TrainingRules.Problems("linearNgrams", recipe.LinearNgrams),
        .. FieldRange.Problems(
            null,
            ("leadTokens", recipe.LeadTokens, FieldRange.AtLeastOne),
            ("leadTrainingTokens", recipe.LeadTrainingTokens, new($"1 to {recipe.LeadTokens} ('leadTokens')", value => value >= 1 && value <= recipe.LeadTokens)),
            ("leadNgramWeight", recipe.LeadNgramWeight ?? 0, FieldRange.NotNegative),
            ("linearSoftTargetShare", recipe.LinearSoftTargetShare, FieldRange.Share)),
    ];
}
