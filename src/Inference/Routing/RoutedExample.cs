namespace Understudy.Inference.Routing;

/// <summary>An input and whether each of two models answers it rightly.</summary>
public sealed record RoutedExample(string Input, bool WeakRight, bool StrongRight);
