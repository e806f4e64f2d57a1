using Understudy.Training.LanguageModels;

namespace Understudy.Training.Tests.LanguageModels;

public sealed class RationalesTests
{
    [Theory]
    [InlineData("4 - 3 is 1, and 1 + 42 is 43.", "43", true)]
    [InlineData("So the answer is Yes!", "yes", true)]
    [InlineData("He has $7.", "7", true)]
    [InlineData("It is \"fnel\".", "fnel", true)]
    [InlineData("The answer is (b).", "b", true)]
    [InlineData("43", "43", true)]
    [InlineData("That makes 143.", "43", false)]
    [InlineData("That makes 0.5.", "5", false)]
    [InlineData("That makes 1,500.", "500", false)]
    [InlineData("There are 43 students.", "43", false)]
    [InlineData("So the answer is no.", "yes", false)]
    [InlineData("", "yes", false)]
    [InlineData("Nobody knows.", "?", false)]
    public void EndsIn_Rationale_LooksAtItsLastWords(string rationale, string answer, bool ends) => Assert.Equal(ends, Rationales.EndsIn(rationale, answer));
}
