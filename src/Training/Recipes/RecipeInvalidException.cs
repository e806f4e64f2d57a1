namespace Understudy.Training.Recipes;

/// <summary>A recipe, or the data that it names, cannot be used; the message says what and what to do.</summary>
public sealed class RecipeInvalidException(string message) : Exception(message);
